import * as z from 'zod/mini';
import { severalAtOnce } from './batches.ts';
import { headKey } from './keys.ts';
import { queryPage, readItem } from './reading.ts';
import type { Table } from './table.ts';
import { deleteItem, updateItem, writeItems } from './writing.ts';

const Head = z.object({ id: z.string(), status: z.string() });
const Place = z.object({ pk: z.string(), sk: z.string(), replyConversationId: z.optional(z.string()) });

/**
 * Whether the items of a conversation are to go: it was removed, or it has no head, so that nobody finds them. Whatever
 * else stands there now is none of an eraser's business, and so is another conversation with the same tail.
 */
export type Erasable = 'removed' | 'headless' | undefined;

/**
 * Tells what is to be erased of a conversation; consistently.
 * @throws Failure `unavailable`
 */
export async function readErasable(table: Table, conversationId: string): Promise<Erasable> {
  const item = await readItem(table, headKey(conversationId));
  if (!item) return 'headless';
  const { id, status } = Head.parse(item);
  return id === conversationId && status === 'removed' ? 'removed' : undefined;
}

/** What one step of an erasure did: how many items it erased, and whether more may be left. */
export interface Erased {
  readonly count: number;
  readonly more: boolean;
}

/**
 * Erases some of the items beside a conversation's head: at most `most`, and no more than DynamoDB reads at once. The
 * conversations of replies to messages among them are removed first, so that they are erased in their turn.
 * @throws Failure `unavailable`; some may be erased then
 */
export async function eraseItems(table: Table, conversationId: string, most: number): Promise<Erased> {
  const head = headKey(conversationId);
  const page = await queryPage(table, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': head.pk },
    ProjectionExpression: 'pk, sk, replyConversationId',
    // One more than wanted, as the head may be among them.
    Limit: most + 1,
    // What was written at the last moment shall not be missed.
    ConsistentRead: true,
  });
  const found = page.items.map((item) => Place.parse(item)).filter(({ sk }) => sk !== head.sk);
  const erased = found.slice(0, most);
  const replies = erased.flatMap(({ replyConversationId }) => replyConversationId ?? []);
  await severalAtOnce(replies, (id) => removeReplies(table, id));
  await writeItems(
    table,
    erased.map(({ pk, sk }) => ({ delete: { pk, sk } })),
  );
  return { count: erased.length, more: page.more !== undefined || found.length > most };
}

/** Removes a conversation of replies, unless it is gone. */
async function removeReplies(table: Table, conversationId: string): Promise<void> {
  await updateItem(table, {
    Key: headKey(conversationId),
    UpdateExpression: 'SET #status = :removed',
    ConditionExpression: 'id = :id',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: removed(conversationId),
  });
}

const onlyIfRemoved = {
  ConditionExpression: 'id = :id AND #status = :removed',
  ExpressionAttributeNames: { '#status': 'status' },
};
const removed = (id: string) => ({ ':id': id, ':removed': 'removed' });

/**
 * Counts what was erased in a removed conversation's head, which makes a record in the table's stream: by that the
 * erasure goes on. Does nothing unless the conversation is there and removed.
 * @throws Failure `unavailable`
 */
export async function countErased(table: Table, conversationId: string, count: number): Promise<void> {
  await updateItem(table, {
    Key: headKey(conversationId),
    UpdateExpression: 'ADD erased :erased',
    ...onlyIfRemoved,
    ExpressionAttributeValues: { ...removed(conversationId), ':erased': count },
  });
}

/**
 * Erases the head of a removed conversation, the last of it. Does nothing unless the conversation is there and removed.
 * @throws Failure `unavailable`
 */
export const eraseHead = (table: Table, conversationId: string): Promise<void> =>
  deleteItem(table, {
    Key: headKey(conversationId),
    ...onlyIfRemoved,
    ExpressionAttributeValues: removed(conversationId),
  });
