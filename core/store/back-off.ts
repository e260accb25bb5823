import { setTimeout as sleep } from 'node:timers/promises';

const BASE_MS = 10;
const MOST_MS = 400;

/**
 * How long to wait before a retry, in milliseconds: full jitter over an exponentially growing bound, so that those who
 * collided once do not collide again in step.
 */
export const backOffMs = (retry: number, random: () => number = Math.random): number =>
  random() * Math.min(MOST_MS, BASE_MS * 2 ** retry);

/** Waits before the retry of that number: 1, 2, 3 … */
export const backOff = (retry: number): Promise<void> => sleep(backOffMs(retry));
