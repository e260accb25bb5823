import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { Item } from './table.ts';

/**
 * An item whose change sockets are to hear of carries a token in `announce`: the stream's filters let those pass, and a
 * consumer tells by another token that this change is the one. A write that sockets need not hear of from the stream takes
 * it away, or leaves it as it is.
 */
export const announcement = (): string => randomUUID().slice(0, 8);

const Announced = z.object({ announce: z.optional(z.string()) });

/** Whether a change of an item is one that sockets are to hear of: it brought an announcement. */
export function isAnnounced(before: Item | undefined, after: Item | undefined): boolean {
  const { announce } = Announced.parse(after ?? {});
  return announce !== undefined && announce !== Announced.parse(before ?? {}).announce;
}
