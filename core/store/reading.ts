import { BatchGetCommand, GetCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { inBatches } from './batches.ts';
import { orUnavailable, retrying } from './retrying.ts';
import type { Item, Key, Table } from './table.ts';

const BATCH_KEYS = 100;

/**
 * Reads one item; consistently unless told otherwise, since the caller may have just written it.
 * @throws Failure `unavailable`
 */
export async function readItem(
  { client, name, signal }: Table,
  key: Key,
  { consistent }: { consistent: boolean } = { consistent: true },
): Promise<Item | undefined> {
  const get = new GetCommand({ TableName: name, Key: key, ConsistentRead: consistent });
  return (await orUnavailable(client.send(get, { abortSignal: signal }))).Item;
}

/**
 * Reads any number of items in one trip of parallel batches; a key that comes twice is read once.
 * @returns for each key its item, or undefined; in the order of the keys
 * @throws Failure `unavailable`
 */
export async function readItems(
  table: Table,
  keys: readonly Key[],
  { consistent }: { consistent: boolean },
): Promise<(Item | undefined)[]> {
  const found = new Map<string, Item>();
  const distinct = [...new Map(keys.map((key) => [mapKey(key), key])).values()];
  await inBatches(distinct, BATCH_KEYS, (batch) => readBatch(table, batch, consistent, found));
  return keys.map((key) => found.get(mapKey(key)));
}

const mapKey = (key: { pk?: unknown; sk?: unknown }) => `${key.pk}\n${key.sk}`;

async function readBatch(table: Table, keys: readonly Key[], consistent: boolean, found: Map<string, Item>) {
  const { client, name, signal } = table;
  // Under load DynamoDB answers part of a batch; the rest is to be asked for again.
  let rest: Record<string, unknown>[] = keys.map(({ pk, sk }) => ({ pk, sk }));
  await retrying(table, async () => {
    const get = new BatchGetCommand({ RequestItems: { [name]: { Keys: rest, ConsistentRead: consistent } } });
    const answer = await orUnavailable(client.send(get, { abortSignal: signal }));
    for (const item of answer.Responses?.[name] ?? []) found.set(mapKey(item), item);
    rest = answer.UnprocessedKeys?.[name]?.Keys ?? [];
    return rest.length === 0 || undefined;
  });
}

/**
 * One page of a query; `more` tells whether DynamoDB stopped before the end.
 * @throws Failure `unavailable`
 */
export async function queryPage(
  { client, name, signal }: Table,
  input: Omit<QueryCommandInput, 'TableName'>,
): Promise<{ items: Item[]; more: Item | undefined }> {
  const query = new QueryCommand({ ...input, TableName: name });
  const answer = await orUnavailable(client.send(query, { abortSignal: signal }));
  return { items: answer.Items ?? [], more: answer.LastEvaluatedKey };
}

const IndexEntry = z.object({ gsi1sk: z.string() });

/** The sort key of an entry of the index. */
export const indexedAs = (entry: Item): string => IndexEntry.parse(entry).gsi1sk;

/**
 * The sort keys of all entries in one partition of the index that begin as `prefix`, in their order; as the index knew a
 * moment ago. A trip for each megabyte of them, some 5,000.
 * @throws Failure `unavailable`
 */
export async function indexed(table: Table, gsi1pk: string, prefix: string): Promise<string[]> {
  const found: string[] = [];
  let start: Item | undefined;
  do {
    const page = await queryPage(table, {
      IndexName: 'gsi1',
      // DynamoDB takes no empty prefix.
      KeyConditionExpression: `gsi1pk = :pk${prefix === '' ? '' : ' AND begins_with(gsi1sk, :prefix)'}`,
      ExpressionAttributeValues: { ':pk': gsi1pk, ...(prefix === '' ? {} : { ':prefix': prefix }) },
      ExclusiveStartKey: start,
    });
    found.push(...page.items.map(indexedAs));
    start = page.more;
  } while (start);
  return found;
}
