import * as z from 'zod/mini';
import { parsedJson } from '../reading.ts';
import type { WebSocketApi } from './api.ts';

const Message = z.record(z.string(), z.unknown());

/** Routes that belong to the connection itself, and that no message reaches. */
const ofTheConnection = ['$connect', '$disconnect'];

/** The key of the route that a message takes: the one that it names, or `$default`. */
export function routeKeyOf({ selector, routes }: WebSocketApi, body: string): string {
  const message = Message.safeParse(parsedJson(body));
  const named = message.success ? message.data[selector] : undefined;
  const isRoute = typeof named === 'string' && routes.has(named) && !ofTheConnection.includes(named);
  return isRoute ? named : '$default';
}
