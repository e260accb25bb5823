/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** Of 0 to 1, without 1. */
  next(): number;
  /** Whether something of so many in a thousand happens. */
  permille(share: number): boolean;
  pick<Each>(items: readonly Each[]): Each;
}

/** A generator of such numbers (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    permille: (share) => next() * 1_000 < share,
    pick: (items) => {
      const picked = items[Math.floor(next() * items.length)];
      if (picked === undefined) throw new Error('unable to pick; there is nothing to pick from');
      return picked;
    },
  };
}
