import { createHash } from 'node:crypto';
import type * as z from 'zod/mini';
import { invalid } from '../domain/errors.ts';

/**
 * Cursors are positions that a client hands back. They grant nothing, since every page checks access anew; the digest
 * keeps a position from being used in another list, or edited by mistake.
 */
const DIGEST_CHARACTERS = 16;

const digest = (list: readonly unknown[], position: string): string =>
  createHash('sha256')
    .update(JSON.stringify([...list, position]))
    .digest('base64url')
    .slice(0, DIGEST_CHARACTERS);

/**
 * The cursor of a position.
 * @param list everything that tells this list from others: what it lists, of whom, filtered how
 */
export function encodeCursor(list: readonly unknown[], position: object): string {
  const json = JSON.stringify(position);
  return digest(list, json) + Buffer.from(json).toString('base64url');
}

/**
 * The position in a cursor; undefined without a cursor, at the beginning of the list.
 * @throws Failure `validation_failed` for a cursor of another list, or one that was never given out
 */
export function decodeCursor<Position>(
  list: readonly unknown[],
  cursor: string | undefined,
  schema: z.ZodMiniType<Position>,
): Position | undefined {
  if (cursor === undefined) return undefined;
  const json = Buffer.from(cursor.slice(DIGEST_CHARACTERS), 'base64url').toString();
  // Encoding again, and comparing, also refuses what base64url would overlook.
  const isOurs = cursor === digest(list, json) + Buffer.from(json).toString('base64url');
  const position = schema.safeParse(isOurs ? parsedJson(json) : undefined);
  if (!position.success) throw invalid({ path: 'cursor', message: 'is not a cursor of this list' });
  return position.data;
}

// The digest is no secret: who computes one can put anything behind it.
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where a page of a list ends. */
export interface Page {
  /** The cursor of the next page, if there is one. */
  readonly next: string | undefined;
  /** The cursor by which the list goes on after the first `count` on this page, for an answer that has room for no more. */
  readonly nextAfter: (count: number) => string | undefined;
}

/**
 * Where a page ends, and where it may end earlier.
 * @param positions those of what is on the page, in its order
 * @param next the cursor of the next page
 */
export const endOf = (list: readonly unknown[], positions: readonly object[], next: string | undefined): Page => ({
  next,
  nextAfter: (count) => {
    const last = positions[count - 1];
    return last && count < positions.length ? encodeCursor(list, last) : next;
  },
});
