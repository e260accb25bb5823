import { limits } from '../contract/limits.ts';
import { utf8Bytes } from '../contract/text.ts';

/**
 * The first of `items` that fit into one answer together, about as they are shown; always at least one, if there is one.
 *
 * An answer leaves its function as a string within JSON, in which every quote is escaped once more: that is what Lambda
 * bounds, at six megabytes, and what is counted here.
 */
export function fittingPage<Item>(items: readonly Item[], mostBytes: number = limits.pageBytes): readonly Item[] {
  let bytes = 0;
  const past = items.findIndex((item) => {
    bytes += utf8Bytes(JSON.stringify(JSON.stringify(item)));
    return bytes > mostBytes;
  });
  return past === -1 ? items : items.slice(0, Math.max(1, past));
}
