import { availableParallelism } from 'node:os';

/** What AWS bounds, and the laptop by itself. */
export interface Limits {
  /** Longer than this no request and no message waits for its function. */
  readonly integrationMs: number;
  /** A socket over which no message has gone for so long is closed. */
  readonly idleMs: number;
  /** A socket is closed when it has been open for so long. */
  readonly lifetimeMs: number;
  /** The environments of one function, and so its invocations at one time. */
  readonly environments: number;
}

const MINUTE_MS = 60_000;

export const defaultLimits: Limits = {
  integrationMs: 29_000,
  idleMs: 10 * MINUTE_MS,
  lifetimeMs: 120 * MINUTE_MS,
  // Not AWS's: each costs 20 MB and its own warming up, and more of one function than processors gain nothing for that,
  // unless they wait.
  environments: Math.min(8, Math.max(2, availableParallelism())),
};
