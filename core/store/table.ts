import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { isThrottlingError, isTransientError } from '@smithy/core/retry';
import { v4 } from 'uuid';
import { unavailable } from '../domain/errors.ts';

/** Where an item is. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** An item as the table gives it: to be parsed by the file that owns its entity. */
export type Item = Record<string, unknown>;

/** The one table, and how to wait before trying something again. */
export interface Table {
  readonly name: string;
  readonly client: DynamoDBDocumentClient;
  /** Waits before attempt 1, 2, 3 … of something that failed for a moment. */
  readonly pause: (attempt: number) => Promise<void>;
}

/** How often a write that lost a race is tried in all. With `backOff`, some five seconds. */
export const MOST_ATTEMPTS = 24;
const MOST_RESENDS = 2;
const BATCH_GET_KEYS = 100;
const BACKOFF_BASE_MS = 10;
const BACKOFF_MOST_MS = 400;

/** Full jitter over an exponentially growing bound: those who collided once do not collide again in step. */
export const backOff =
  (random: () => number = Math.random) =>
  (attempt: number): Promise<void> =>
    sleep(random() * Math.min(BACKOFF_MOST_MS, BACKOFF_BASE_MS * 2 ** attempt));

/**
 * The table that the environment names: `TABLE_NAME`, and `AWS_ENDPOINT_URL_DYNAMODB` where it is not AWS's own.
 * @throws Error without a table's name
 */
export function tableFromEnvironment(): Table {
  const name = process.env['TABLE_NAME'];
  if (!name) throw new Error('unable to open the table; TABLE_NAME is not set');
  return { name, client: documentClient(process.env['AWS_ENDPOINT_URL_DYNAMODB']), pause: backOff() };
}

/**
 * A client whose requests end: each attempt within a second and a half, so that an answer that never comes is asked for
 * again while the caller still waits. A transaction takes nine seconds at the most, a read three.
 */
export function documentClient(endpoint: string | undefined): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    ...(endpoint ? { endpoint } : {}),
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

// All that the SDK adds to an Error is optional.
type SdkError = Parameters<typeof isThrottlingError>[0];
const isSdkError = (error: unknown): error is SdkError => error instanceof Error;

const isPassing = (error: unknown): boolean =>
  isSdkError(error) && (isThrottlingError(error) || isTransientError(error));

/** Trouble that passes becomes `unavailable`; the rest stays what it is. */
const translated = (error: unknown): unknown => (isPassing(error) ? unavailable() : error);

/** Reads one item, consistently: the caller may have just written it. */
export async function readItem(table: Table, key: Key): Promise<Item | undefined> {
  try {
    const answer = await table.client.send(new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }));
    return answer.Item;
  } catch (error) {
    throw translated(error);
  }
}

/**
 * Reads any number of items in one trip of parallel batches.
 * @returns for each key its item, or undefined; in the order of the keys
 */
export async function readItems(
  table: Table,
  keys: readonly Key[],
  { consistent }: { consistent: boolean },
): Promise<(Item | undefined)[]> {
  const batches: Key[][] = [];
  for (let start = 0; start < keys.length; start += BATCH_GET_KEYS) {
    batches.push(keys.slice(start, start + BATCH_GET_KEYS));
  }
  const found = new Map<string, Item>();
  await Promise.all(batches.map((batch) => readBatch(table, batch, consistent, found)));
  return keys.map((key) => found.get(mapKey(key)));
}

const mapKey = (key: { pk?: unknown; sk?: unknown }) => `${key.pk}\n${key.sk}`;

async function readBatch(table: Table, keys: Key[], consistent: boolean, found: Map<string, Item>): Promise<void> {
  let request: Record<string, unknown>[] = keys.map(({ pk, sk }) => ({ pk, sk }));
  for (let attempt = 0; request.length > 0; attempt += 1) {
    if (attempt === MOST_ATTEMPTS) throw unavailable();
    if (attempt > 0) await table.pause(attempt);
    try {
      const answer = await table.client.send(
        new BatchGetCommand({ RequestItems: { [table.name]: { Keys: request, ConsistentRead: consistent } } }),
      );
      for (const item of answer.Responses?.[table.name] ?? []) found.set(mapKey(item), item);
      // Under load DynamoDB answers part of a batch; the rest is to be asked for again.
      request = answer.UnprocessedKeys?.[table.name]?.Keys ?? [];
    } catch (error) {
      throw translated(error);
    }
  }
}

/** One page of a query; `more` tells whether DynamoDB stopped before the end. */
export async function queryPage(
  table: Table,
  input: Omit<QueryCommandInput, 'TableName'>,
): Promise<{ items: Item[]; more: Item | undefined }> {
  try {
    const answer = await table.client.send(new QueryCommand({ ...input, TableName: table.name }));
    return { items: answer.Items ?? [], more: answer.LastEvaluatedKey };
  } catch (error) {
    throw translated(error);
  }
}

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** One write of a transaction; the table is added when it is sent. */
export type TransactionItem = {
  [Kind in 'Put' | 'Update' | 'Delete']?: Omit<NonNullable<Write[Kind]>, 'TableName'>;
};

/** What became of a transaction. `refused` holds, in the order of its items, the item that failed a condition. */
export type Committed = { committed: true } | { committed: false; refused: (Item | true | undefined)[] };

/**
 * Commits all of `items`, or nothing. An answer that never came is asked for again by the identical request under the
 * same token, which DynamoDB carries out at most once: looking at the table instead would store a message twice.
 * @returns where it was refused: the item as it stands if it fails a condition (true if there is none); nothing
 *   refused means that another transaction was in the way
 * @throws Failure `unavailable` when no answer came in all attempts
 */
export async function transact(table: Table, items: readonly TransactionItem[]): Promise<Committed> {
  const request = { TransactItems: items.map((item) => withTable(table, item)), ClientRequestToken: v4() };
  for (let attempt = 1; ; attempt += 1) {
    try {
      await table.client.send(new TransactWriteCommand(request));
      return { committed: true };
    } catch (error) {
      if (error instanceof TransactionCanceledException) return cancellation(error);
      if (!isPassing(error) || attempt > MOST_RESENDS) throw translated(error);
      await table.pause(attempt);
    }
  }
}

function withTable(table: Table, { Put, Update, Delete }: TransactionItem): Write {
  const always = { TableName: table.name, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  if (Put) return { Put: { ...always, ...Put } };
  if (Update) return { Update: { ...always, ...Update } };
  return { Delete: { ...always, Key: undefined, ...Delete } };
}

const PASSING_REASONS = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

function cancellation(error: TransactionCanceledException): Committed {
  const reasons = error.CancellationReasons ?? [];
  for (const { Code } of reasons) {
    const known =
      Code === undefined || Code === 'None' || Code === 'ConditionalCheckFailed' || PASSING_REASONS.has(Code);
    // Anything else is a request that can never succeed, so ours to mend.
    if (!known) throw new Error(`unable to commit; DynamoDB cancelled the transaction by ${Code}`);
  }
  return {
    committed: false,
    refused: reasons.map(({ Code, Item }) =>
      Code === 'ConditionalCheckFailed' ? (Item ? unmarshall(Item) : true) : undefined,
    ),
  };
}
