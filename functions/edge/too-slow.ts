/** So long before Lambda would end a function without a word, it answers that it is too slow. */
export const ANSWER_TAKES_MS = 250;

/** Lambda would have ended the function. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
}
