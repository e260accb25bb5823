import * as z from 'zod/mini';
import { subprotocol } from '../../core/contract/socket.ts';
import { headerValues } from './headers.ts';

const lists = z.nullish(z.record(z.string(), z.optional(z.array(z.string()))));

/** What a client sent when it asked for a socket, as a gateway's event has it. */
export const Handshake = z.object({ multiValueHeaders: lists, multiValueQueryStringParameters: lists });
export type Handshake = z.infer<typeof Handshake>;

/** All values of a parameter in the query. */
export const queryValues = ({ multiValueQueryStringParameters }: Handshake, name: string): string[] =>
  multiValueQueryStringParameters?.[name] ?? [];

/** The subprotocols that a client offers. */
export const offeredSubprotocols = ({ multiValueHeaders }: Handshake): string[] =>
  headerValues(multiValueHeaders, 'sec-websocket-protocol')
    .flatMap((value) => value.split(','))
    .map((name) => name.trim());

/** The headers that tell a client which of the subprotocols it offers is spoken, if it offers ours. */
export const selectedSubprotocol = (handshake: Handshake): Record<string, string> =>
  offeredSubprotocols(handshake).includes(subprotocol) ? { 'Sec-WebSocket-Protocol': subprotocol } : {};
