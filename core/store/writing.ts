import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  type BatchWriteCommandInput,
  DeleteCommand,
  type DeleteCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { v4 } from 'uuid';
import { inBatches } from './batches.ts';
import { orUnavailable, retrying } from './retrying.ts';
import type { Item, Key, Table } from './table.ts';

const BATCH_ITEMS = 25;

/** A write that needs neither a condition nor others beside it. */
export type PlainWrite = { readonly put: Item } | { readonly delete: Key };

/**
 * Writes any number of items in parallel batches, each item by itself.
 * @throws Failure `unavailable`, once every batch has ended; some of the items may be written then
 */
export const writeItems = (table: Table, writes: readonly PlainWrite[]): Promise<void> =>
  inBatches(writes, BATCH_ITEMS, (batch) => writeBatch(table, batch));

async function writeBatch(table: Table, writes: readonly PlainWrite[]): Promise<void> {
  const { client, name, signal } = table;
  // Under load DynamoDB writes part of a batch; the rest is to be sent again.
  let rest: NonNullable<BatchWriteCommandInput['RequestItems']>[string] = writes.map((write) =>
    'put' in write ? { PutRequest: { Item: write.put } } : { DeleteRequest: { Key: { ...write.delete } } },
  );
  await retrying(table, async () => {
    const write = new BatchWriteCommand({ RequestItems: { [name]: rest } });
    const answer = await orUnavailable(client.send(write, { abortSignal: signal }));
    rest = answer.UnprocessedItems?.[name] ?? [];
    return rest.length === 0 || undefined;
  });
}

/**
 * Writes one item by itself, once no transaction is in the way. An update whose answer was lost is sent again: it must
 * do no harm twice.
 * @returns the item as it now stands; undefined where it fails the update's condition
 * @throws Failure `unavailable`
 */
export async function updateItem(
  table: Table,
  update: Omit<UpdateCommandInput, 'TableName' | 'ReturnValues'>,
): Promise<Item | undefined> {
  const { client, name, signal } = table;
  const { item } = await retrying(table, async () => {
    const command = new UpdateCommand({ ...update, TableName: name, ReturnValues: 'ALL_NEW' });
    try {
      return { item: (await orUnavailable(client.send(command, { abortSignal: signal }))).Attributes };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { item: undefined };
      if (error instanceof TransactionConflictException) return undefined;
      throw error;
    }
  });
  return item;
}

/**
 * Deletes one item by itself; does nothing where it fails the condition.
 * @throws Failure `unavailable`
 */
export async function deleteItem(
  { client, name, signal }: Table,
  deletion: Omit<DeleteCommandInput, 'TableName' | 'ReturnValues'>,
): Promise<void> {
  const command = new DeleteCommand({ ...deletion, TableName: name });
  await orUnavailable(client.send(command, { abortSignal: signal })).catch((error: unknown) => {
    // Somebody else has been there.
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  });
}

type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** One write of a transaction, or one check; the table is added when it is sent. */
export type TransactionItem = {
  readonly [Kind in 'Put' | 'Update' | 'Delete' | 'ConditionCheck']?: Omit<NonNullable<Write[Kind]>, 'TableName'>;
};

/** What became of a transaction. `refused` holds, in the order of its items, the item that failed a condition. */
export type Committed = { committed: true } | { committed: false; refused: (Item | true | undefined)[] };

/**
 * Commits all of `items`, or nothing. When no answer comes the SDK sends the identical request again under the same
 * token, which DynamoDB carries out at most once: to look at the table instead would be to store a message twice.
 * @returns where it was refused: the item as it stands if it fails a condition (true if there is none); nothing
 *   refused means that another transaction was in the way
 * @throws Failure `unavailable` when no answer came in all attempts: it may have been carried out
 */
export async function transact({ client, name, signal }: Table, items: readonly TransactionItem[]): Promise<Committed> {
  const always = { TableName: name, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
  const write = new TransactWriteCommand({
    TransactItems: items.map(({ Put, Update, Delete, ConditionCheck }) => ({
      ...(Put ? { Put: { ...always, ...Put } } : {}),
      ...(Update ? { Update: { ...always, ...Update } } : {}),
      ...(Delete ? { Delete: { ...always, ...Delete } } : {}),
      ...(ConditionCheck ? { ConditionCheck: { ...always, ...ConditionCheck } } : {}),
    })),
    ClientRequestToken: v4(),
  });
  try {
    await orUnavailable(client.send(write, { abortSignal: signal }));
    return { committed: true };
  } catch (error) {
    if (error instanceof TransactionCanceledException) return cancellation(error);
    throw error;
  }
}

/** Reasons to try again; any other than these two kinds is a request that can never succeed, so ours to mend. */
const passing = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);
const refusal = 'ConditionalCheckFailed';

function cancellation({ CancellationReasons: reasons = [] }: TransactionCanceledException): Committed {
  for (const { Code = 'None' } of reasons) {
    if (Code !== 'None' && Code !== refusal && !passing.has(Code)) {
      throw new Error(`unable to commit; DynamoDB cancelled the transaction by ${Code}`);
    }
  }
  return {
    committed: false,
    refused: reasons.map(({ Code, Item }) => (Code === refusal ? (Item ? unmarshall(Item) : true) : undefined)),
  };
}
