import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { grace } from './grace.ts';
import { type Answer, type HttpRequest, headOf, json } from './http.ts';
import { addressOf, listening } from './listening.ts';
import { Problem } from './problem.ts';

/** Answers a request; what it throws is shown in the terminal, and answered with 500. */
export type Handler = (request: HttpRequest) => Promise<Answer>;

/** Takes over the socket of a request to speak WebSocket over it; `head` is what came after the request. */
export type Upgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** The one HTTP server of the laptop's cloud, reachable from this machine alone. */
export interface Front {
  /** `http://localhost:<port>`. */
  readonly origin: string;
  /** From now on `handler` answers; until then every request is told to come back. */
  serve(handler: Handler): void;
  /** From now on `upgrade` has the requests for WebSocket; until then they are answered like any. */
  serveUpgrades(upgrade: Upgrade): void;
  /** Lets the requests under way end, for a moment, and closes. Once; later calls wait for the first. */
  close(): Promise<void>;
}

/** API Gateway's bound on a body. */
const BODY_MOST_BYTES = 10 * 1024 * 1024;

/** Far above API Gateway's bound on headers, so that it is the gateway that refuses. */
const HEADERS_MOST_BYTES = 64 * 1024;

const KEEP_ALIVE_MS = 60_000;

const starting: Answer = { status: 503, headers: { 'retry-after': '1' }, body: 'Parley is starting.\n' };

/**
 * Listens at `port` (a free one for 0) of both loopback addresses, so that `localhost` works whichever of them it means.
 * @throws Problem if the port is taken
 */
export async function openFront(port: number): Promise<Front> {
  let handler: Handler = async () => starting;
  let upgrade: Upgrade | undefined;
  /** Sockets that speak HTTP no more. */
  const upgraded = new Set<Duplex>();
  const options: ServerOptions = {
    maxHeaderSize: HEADERS_MOST_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Whoever offers another protocol is content with this one.
    shouldUpgradeCallback: ({ headers }) => upgrade !== undefined && headers.upgrade?.toLowerCase() === 'websocket',
  };
  const servers = await listenAtLoopback(port, options, (incoming, outgoing) => {
    // A caller that went away leaves nobody to answer.
    respond(handler, incoming, outgoing).catch(() => outgoing.destroy());
  });
  for (const server of servers) {
    server.on('upgrade', (incoming, socket, head) => {
      upgraded.add(socket);
      socket.once('close', () => upgraded.delete(socket));
      upgrade?.(incoming, socket, head);
    });
  }
  const close = async () => {
    const closed = Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    await grace(closed);
    for (const server of servers) server.closeAllConnections();
    for (const socket of upgraded) socket.destroy();
    await closed;
  };
  let closed: Promise<void> | undefined;
  return {
    origin: `http://localhost:${addressOf(servers[0]).port}`,
    serve: (next) => {
      handler = next;
    },
    serveUpgrades: (next) => {
      upgrade = next;
    },
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

async function listenAtLoopback(
  port: number,
  options: ServerOptions,
  listener: Listener,
): Promise<[Server, ...Server[]]> {
  const ipv4 = createServer(options, listener);
  const ipv6 = createServer(options, listener);
  try {
    await listening(ipv4, port, '127.0.0.1');
    await listening(ipv6, addressOf(ipv4).port, '::1');
    return [ipv4, ipv6];
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // A machine without IPv6.
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return [ipv4];
    ipv4.close();
    if (code !== 'EADDRINUSE') throw error;
    // Of a port of the system's choice, the other address may be taken.
    if (port === 0) return listenAtLoopback(port, options, listener);
    throw new Problem(`unable to listen at port ${port}; it is taken. Choose another: PORT=${port + 1} npm start`);
  }
}

async function respond(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const request = await requestFrom(incoming);
  const { status, headers, body } = await handler(request).catch((error: unknown): Answer => {
    console.error(error);
    return json(500, { message: 'The laptop failed; its terminal shows why.' });
  });
  const mayHaveBody = status !== 204 && status !== 304;
  outgoing.writeHead(status, mayHaveBody ? { ...headers, 'content-length': Buffer.byteLength(body) } : headers);
  outgoing.end(mayHaveBody ? body : undefined);
}

async function requestFrom(incoming: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // One that goes past the bound is still read to its end, or the caller would miss the answer.
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes > BODY_MOST_BYTES) chunks.length = 0;
    else chunks.push(chunk);
  }
  return { ...headOf(incoming), body: Buffer.concat(chunks), tooLarge: bytes > BODY_MOST_BYTES };
}
