import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { fourAttempts } from './attempts.ts';
import { backOff } from './back-off.ts';

/** Where an item is. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** An item as the table gives it: to be parsed by the file that owns its entity. */
export type Item = Record<string, unknown>;

/** The one table, and how to try again what failed for a moment. */
export interface Table {
  readonly name: string;
  readonly client: DynamoDBDocumentClient;
  /** Waits before the retry of that number: 1, 2, 3 … */
  readonly pause: (retry: number) => Promise<void>;
  /** Aborted when nobody waits for an answer any more: nothing is begun after that. */
  readonly signal?: AbortSignal | undefined;
}

const ATTEMPT_MS = 1_500;

/**
 * The table that the environment names: `TABLE_NAME`, and `AWS_ENDPOINT_URL_DYNAMODB` where it is not AWS's own.
 * @throws Error without a table's name
 */
export function tableFromEnvironment(): Table {
  const name = process.env['TABLE_NAME'];
  if (!name) throw new Error('unable to open the table; TABLE_NAME is not set');
  return { name, client: documentClient(process.env['AWS_ENDPOINT_URL_DYNAMODB']), pause: backOff };
}

/**
 * A client whose requests end: each attempt within a second and a half, so that an answer that never comes is asked for
 * again while the caller still waits; four attempts in all, some six seconds.
 * @param config what a test changes
 */
export function documentClient(
  endpoint: string | undefined,
  config: DynamoDBClientConfig = {},
): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    ...(endpoint ? { endpoint } : {}),
    retryStrategy: fourAttempts,
    // The second ends what has begun to answer and stalls.
    requestHandler: { requestTimeout: ATTEMPT_MS, socketTimeout: ATTEMPT_MS, throwOnRequestTimeout: true },
    ...config,
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
