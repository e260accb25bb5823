import { limits } from '../contract/limits.ts';
import { utf8Bytes } from '../contract/text.ts';

/**
 * What a value weighs in an answer over HTTP, in bytes: that leaves its function as a string within JSON, in which every
 * quote is escaped once more, and is what Lambda bounds, at six megabytes.
 */
const bytesInAnswer = (value: unknown): number => utf8Bytes(JSON.stringify(JSON.stringify(value)));

/** What a value weighs in a frame, in bytes: as JSON, with what stands between it and the next. */
export const bytesInFrame = (value: unknown): number => utf8Bytes(JSON.stringify(value)) + 1;

/**
 * The first of `items` that fit into one answer together, about as they are shown; always at least one, if there is one.
 * @param bytesOf what one of them weighs
 */
export function fittingPage<Item>(
  items: readonly Item[],
  mostBytes: number = limits.pageBytes,
  bytesOf: (item: Item) => number = bytesInAnswer,
): readonly Item[] {
  let bytes = 0;
  const past = items.findIndex((item) => {
    bytes += bytesOf(item);
    return bytes > mostBytes;
  });
  return past === -1 ? items : items.slice(0, Math.max(1, past));
}
