import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { backOffMs } from './back-off.ts';

type RetryStrategy = Extract<NonNullable<DynamoDBClientConfig['retryStrategy']>, { acquireInitialRetryToken: unknown }>;

/** How often a request is sent, at most. */
const MOST_ATTEMPTS = 4;

/** Who is throttled waits as one that has been refused so many times more. */
const THROTTLED_RETRIES = 3;

const token = (retries: number, delayMs = 0) => ({
  getRetryCount: () => retries,
  getRetryDelay: () => Math.round(delayMs),
});

/**
 * How the SDK sends a request again that was throttled, got no answer, or failed at DynamoDB. Each request has its four
 * attempts to itself. By the SDK's own way all requests of a client share a quota, which one batch of stalling writes uses
 * up: from then on nothing is sent again, not even a transaction of which nobody knows yet whether it was stored.
 */
export const fourAttempts: RetryStrategy = {
  acquireInitialRetryToken: async () => token(0),
  async refreshRetryTokenForRetry(before, { errorType }) {
    const retries = before.getRetryCount() + 1;
    const isThrottled = errorType === 'THROTTLING';
    if (retries >= MOST_ATTEMPTS || !(isThrottled || errorType === 'TRANSIENT')) throw new Error('no further attempt');
    return token(retries, backOffMs(retries + (isThrottled ? THROTTLED_RETRIES : 0)));
  },
  recordSuccess() {},
};
