import { limits } from '../contract/limits.ts';
import { utf8Bytes } from '../contract/text.ts';

/**
 * What a value weighs of the bytes that an answer over HTTP may have: as JSON, with what stands between it and the next. An
 * answer leaves its function as a string within JSON, where each quote is escaped once more: what gets so large by that counts
 * by its share of what there is room for then.
 */
export function bytesInAnswer(value: unknown): number {
  const json = JSON.stringify(value);
  const encoded = utf8Bytes(JSON.stringify(json));
  return Math.max(utf8Bytes(json) + 1, (encoded * limits.pageBytes) / limits.encodedBytes);
}

/** What a value weighs in a frame, in bytes: as JSON, with what stands between it and the next. */
export const bytesInFrame = (value: unknown): number => utf8Bytes(JSON.stringify(value)) + 1;

/**
 * Items as they are, if all of them fit into one answer together; where not, those that weigh more than their equal share are
 * cut, by each way in its turn, until they do not.
 * @param cuts from the least to the most that is left out
 */
export function withinShares<Item>(items: readonly Item[], ...cuts: readonly ((item: Item) => Item)[]): Item[] {
  const bytes = items.map(bytesInAnswer);
  if (bytes.reduce((sum, each) => sum + each, 0) <= limits.pageBytes) return [...items];
  const share = limits.pageBytes / items.length;
  return items.map((item) => cuts.reduce((left, cut) => (bytesInAnswer(left) <= share ? left : cut(item)), item));
}

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
