import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** Whether a request for an upgrade is one that WebSocket knows. */
export const isHandshake = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers['sec-websocket-version'] === '13' &&
  /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '');

/** Answers a request for an upgrade with another status than it hoped for, and lets it go. */
export function refuseHandshake(socket: Duplex, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
}

/**
 * Answers a request for an upgrade with the upgrade.
 * @param protocol the subprotocol that the connection speaks, if any
 * @returns undefined where the client has gone
 */
export function completeHandshake(
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string | undefined,
): WebSocket | undefined {
  // A server for this one: its options say which subprotocol. AWS compresses nothing.
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    handleProtocols: () => protocol ?? false,
  });
  let opened: WebSocket | undefined;
  server.handleUpgrade(incoming, socket, head, (webSocket) => {
    opened = webSocket;
  });
  return opened;
}
