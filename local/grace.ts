import { setTimeout as sleep } from 'node:timers/promises';

const GRACE_MS = 1_000;

/** Waits for what is under way, but for a moment only: whoever ends the cloud does not want to wait long. */
export async function grace(underWay: Promise<unknown>): Promise<void> {
  await Promise.race([underWay, sleep(GRACE_MS, undefined, { ref: false })]);
}
