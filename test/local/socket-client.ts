import { type ClientOptions, WebSocket } from 'ws';

/** How a connection ended, as its client saw it. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/** A client of a WebSocket API. */
export interface SocketClient {
  readonly socket: WebSocket;
  /** The next message that was not asked for yet. */
  next(): Promise<string>;
  readonly closed: Promise<Ending>;
}

/** A handshake that was answered with something else. */
export class Refused extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
  }
}

/**
 * Opens a connection.
 * @throws Refused if the handshake is answered with something else
 */
export async function connectTo(
  url: string,
  protocols: string[] = [],
  options: ClientOptions = {},
): Promise<SocketClient> {
  const socket = new WebSocket(url, protocols, options);
  const messages: string[] = [];
  const waiting: ((message: string) => void)[] = [];
  socket.on('message', (data) => {
    const message = String(data);
    const waiter = waiting.shift();
    if (waiter === undefined) messages.push(message);
    else waiter(message);
  });
  const closed = new Promise<Ending>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.on('error', reject);
    socket.once('unexpected-response', (_, answer) => {
      let body = '';
      answer.on('data', (chunk) => {
        body += chunk;
      });
      answer.once('end', () => reject(new Refused(answer.statusCode ?? 0, JSON.parse(body))));
    });
  });
  return {
    socket,
    closed,
    next: () =>
      new Promise((resolve) => {
        const message = messages.shift();
        if (message === undefined) waiting.push(resolve);
        else resolve(message);
      }),
  };
}
