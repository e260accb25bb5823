/** How many Unicode code points `text` has. */
export const codePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

/** How many bytes `text` takes in UTF-8. */
export const utf8Bytes = (text: string): number => new TextEncoder().encode(text).length;

/** The first `most` code points of `text`; never half of a surrogate pair. */
export const firstCodePoints = (text: string, most: number): string =>
  text.length <= most
    ? text
    : Array.from(text.slice(0, 2 * most))
        .slice(0, most)
        .join('');

/** Whether `text` shows nothing: it is empty, or white space throughout. */
export const isBlank = (text: string): boolean => /^[\p{White_Space}\ufeff]*$/u.test(text);
