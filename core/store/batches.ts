/** So many batches are under way at once: more would wait for sockets, and time out while they do. */
const MOST_AT_ONCE = 16;

/**
 * Does `work` on batches of `items`, several at once.
 * @throws what one of them threw, once all that were begun have ended
 */
export async function inBatches<Each>(
  items: readonly Each[],
  size: number,
  work: (batch: readonly Each[]) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const start = next;
      next += size;
      await work(items.slice(start, start + size)).catch((error: unknown) => {
        // No more is begun.
        next = items.length;
        throw error;
      });
    }
  };
  const workers = Array.from({ length: Math.min(MOST_AT_ONCE, Math.ceil(items.length / size)) }, worker);
  const failed = (await Promise.allSettled(workers)).find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** As `inBatches`, of one each. */
export const severalAtOnce = <Each>(items: readonly Each[], work: (item: Each) => Promise<void>): Promise<void> =>
  inBatches(items, 1, async (batch) => {
    for (const item of batch) await work(item);
  });
