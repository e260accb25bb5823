import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import { unavailable } from '../domain/errors.ts';
import type { Table } from './table.ts';

/** How often something that lost a race is tried in all. With `backOff`, some four seconds. */
const MOST_ATTEMPTS = 24;

/** A transaction's items come into sight one by one, within milliseconds: by then what one of them names is there, or gone. */
export const IN_SIGHT_AFTER_RETRIES = 6;

/** Others were in the way, each time. */
class Contention extends Error {
  override readonly name = 'Contention';
}

/**
 * Tries what others may get in the way of until it has a result, with a pause before each retry.
 * @param attempt undefined means once more; it is told how many retries there have been
 * @throws Failure `unavailable` when the last attempt has no result; the signal's reason once that is aborted
 */
export async function retrying<Result>(
  table: Table,
  attempt: (retries: number) => Promise<Result | undefined>,
): Promise<Result> {
  for (let retries = 0; retries < MOST_ATTEMPTS; retries += 1) {
    if (retries > 0) await table.pause(retries);
    table.signal?.throwIfAborted();
    const result = await attempt(retries);
    if (result !== undefined) return result;
  }
  throw unavailable(new Contention());
}

// All that the SDK adds to an Error is optional.
type SdkError = Parameters<typeof isThrottlingError>[0];
const isSdkError = (error: unknown): error is SdkError => error instanceof Error;

/**
 * The answer to a request that the SDK has tried as often as it does.
 * @throws Failure `unavailable` for trouble that passes; what was thrown, for the rest
 */
export async function orUnavailable<Answer>(request: Promise<Answer>): Promise<Answer> {
  try {
    return await request;
  } catch (error) {
    const passes = isSdkError(error) && (isThrottlingError(error) || isTransientError(error));
    throw passes ? unavailable(error) : error;
  }
}
