import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { Handshake } from './handshake.ts';

/** What a WebSocket gateway tells of the connection that an event is about. */
const Connection = z.object({
  connectionId: z.string(),
  /** When it was made, in Unix milliseconds. */
  connectedAt: z.number(),
  requestId: z.string(),
  requestTimeEpoch: z.number(),
  /** What its authorizer handed on, with every event. */
  authorizer: z.unknown(),
});

const event = <Type extends string>(type: Type) => z.extend(Connection, { eventType: z.literal(type) });

/** The event of a frame. */
export const MessageEvent = z.object({ requestContext: event('MESSAGE'), body: z.nullish(z.string()) });

/** The event of a connection that has been authorized. */
export const ConnectEvent = z.extend(Handshake, { requestContext: event('CONNECT') });

/** The event of a connection that has ended. */
export const DisconnectEvent = z.object({ requestContext: event('DISCONNECT') });

/** What a gateway is answered; of a frame's answer the client gets the body. */
export interface SocketAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A function behind a WebSocket gateway. */
export type SocketHandler = (
  event: unknown,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
) => Promise<SocketAnswer>;
