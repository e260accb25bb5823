/** So long before Lambda would end a function without a word, it answers that it is too slow. */
export const ANSWER_TAKES_MS = 250;

/** Lambda would have ended the function. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

/** What there is left of a function's time: a signal at its end, and a promise that fails then. */
export function timeLeft(milliseconds: number) {
  const controller = new AbortController();
  const { promise: over, reject } = Promise.withResolvers<never>();
  // Nobody may be waiting for it.
  over.catch(() => {});
  const timer = setTimeout(() => {
    controller.abort();
    reject(new TooSlow());
  }, milliseconds);
  return { signal: controller.signal, over, end: () => clearTimeout(timer) };
}
