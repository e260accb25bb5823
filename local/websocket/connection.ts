import type { WebSocket } from 'ws';
import type { Limits } from '../limits.ts';
import { type Closing, closingBy, goingAway } from './closing.ts';
import type { Handshake } from './event.ts';

/** What becomes of posts to a connection that was lost: nobody has them, or they are refused. */
export type LostPosts = 'unnoticed' | 'gone';

/** A connection to which can be posted. */
export interface Connection {
  readonly handshake: Handshake;
  /** When the last message went, either way; Unix milliseconds. */
  readonly lastActiveAt: number;
  /** Sends a message to the client. */
  send(text: string): void;
  close(closing: Closing): void;
  /** Cuts it off, as networks do, with nobody told. With posts `unnoticed` it seems to be open until it has been idle for long. */
  lose(posts: LostPosts): void;
}

export interface ConnectionListeners {
  /** A message came from the client. */
  message(text: string): void;
  /** From now on nothing can be posted. */
  ended(): void;
  /** The socket is closed; by `closing`, or lost with nobody to be told. */
  closed(closing: Closing | undefined): void;
}

/** How long a client may take to say that it closes too. */
const CLOSING_MOST_MS = 1_000;

/** Begins the life of a connection whose handshake is done. */
export function openConnection(
  socket: WebSocket,
  handshake: Handshake,
  { idleMs, lifetimeMs }: Pick<Limits, 'idleMs' | 'lifetimeMs'>,
  listeners: ConnectionListeners,
): Connection {
  let lastActiveAt = handshake.connectedAt;
  let closing: Closing | undefined;
  let lost: LostPosts | undefined;
  let ended = false;

  const end = () => {
    if (ended) return;
    ended = true;
    clearTimeout(idle);
    clearTimeout(age);
    listeners.ended();
  };
  const close = (by: Closing) => {
    if (ended) return;
    closing = by;
    end();
    socket.close(by.code, by.reason);
    setTimeout(() => socket.terminate(), CLOSING_MOST_MS).unref();
  };
  const idle = setTimeout(close, idleMs, goingAway);
  const age = setTimeout(close, lifetimeMs, goingAway);
  const active = () => {
    lastActiveAt = Date.now();
    idle.refresh();
  };

  socket.on('message', (data) => {
    if (ended) return;
    active();
    listeners.message(String(data));
  });
  // The closing that follows tells.
  socket.on('error', () => {});
  socket.once('close', (code, reason) => {
    if (lost === undefined) end();
    listeners.closed(lost === undefined ? (closing ?? closingBy(code, reason)) : undefined);
  });

  return {
    handshake,
    get lastActiveAt() {
      return lastActiveAt;
    },
    send(text) {
      if (ended || lost !== undefined) return;
      active();
      socket.send(text);
    },
    close,
    lose(posts) {
      if (ended) return;
      lost = posts;
      if (posts === 'gone') end();
      socket.terminate();
    },
  };
}
