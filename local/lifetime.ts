/** What lives together and ends together. */
export interface Lifetime {
  /**
   * Takes in what is being opened; it will be closed by `end`, even when that comes before it is open.
   * @returns the same, once it is open
   * @throws what the opening throws; the reason of `ending` where the end has come meanwhile
   */
  keep<Part>(opening: Part | Promise<Part>, close?: (part: Part) => unknown): Promise<Part>;
  /** Aborted when the end comes. */
  readonly ending: AbortSignal;
  /** Closes everything, the youngest first, one after the other. Once; later calls wait for the first. */
  end(): Promise<void>;
}

/** Begins a lifetime, to which `signal` puts an end as `end` does, except that it leaves the closing to that. */
export function beginLifetime(signal?: AbortSignal): Lifetime {
  const own = new AbortController();
  const ending = signal === undefined ? own.signal : AbortSignal.any([signal, own.signal]);
  const closers: (() => Promise<unknown>)[] = [];
  let ended: Promise<void> | undefined;

  const closeAll = async () => {
    own.abort();
    const failures: unknown[] = [];
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
      await close().catch((failure: unknown) => failures.push(failure));
    }
    if (failures.length > 0) throw failures[0];
  };

  return {
    ending,
    async keep(opening, close = () => undefined) {
      const opened = Promise.resolve(opening);
      closers.push(() =>
        opened.then(
          (part) => close(part),
          () => undefined, // What did not open needs no closing, and its failure has been told by `keep`.
        ),
      );
      const part = await opened;
      ending.throwIfAborted();
      return part;
    },
    end() {
      ended ??= closeAll();
      return ended;
    },
  };
}
