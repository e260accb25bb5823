import { type Conversation, lastActivityAt } from '../domain/conversation.ts';
import type { Message } from '../domain/message.ts';
import { messageBounds, messageKey } from './keys.ts';
import { messageFrom, readMessages } from './messages.ts';
import { queryPage } from './reading.ts';
import type { Table } from './table.ts';

/** So many messages are rather read and passed over than looked past by another trip. */
const NEAR = 25;

/** A message before those that are looked for, and when it was written, in Unix milliseconds. */
interface Before {
  readonly id: string | undefined;
  readonly seq: number;
  readonly at: number;
}

/** A message from which on there is nothing to be looked for, and a time from which on it is the first. */
interface After {
  readonly seq: number;
  readonly at: number;
}

/**
 * The messages of a conversation from one number on, consistently: as many as are asked for, if there are so many.
 *
 * Messages stand by time, so their numbers have to be looked for. Both rise together, so a guess at the time, corrected by
 * what is found there, comes near within a few trips of one message each, wherever that is in however long a conversation.
 * @throws Failure `unavailable`
 */
export async function readNumbered(
  table: Table,
  conversation: Conversation,
  first: number,
  count: number,
): Promise<readonly Message[]> {
  if (first > conversation.lastSeq) return [];
  const { id, seq } = await messageBefore(table, conversation, first);
  const { messages } = await readMessages(
    table,
    conversation.id,
    { order: 'oldestFirst', past: id },
    { limit: first - 1 - seq + count, mostBytes: Number.POSITIVE_INFINITY },
  );
  return messages.slice(first - 1 - seq);
}

/** A message close before that of a number; none at the beginning. */
async function messageBefore(table: Table, conversation: Conversation, number: number): Promise<Before> {
  let low: Before = { id: undefined, seq: 0, at: conversation.createdAt - 1 };
  let high: After = { seq: conversation.lastSeq, at: lastActivityAt(conversation) };
  for (let guesses = 0; number - low.seq > NEAR && high.at - low.at > 1; guesses += 1) {
    const at = timeBetween(low, high, number, guesses);
    const found = await firstSince(table, conversation.id, at);
    if (found && found.seq < number) low = { id: found.id, seq: found.seq, at: found.createdAt };
    else high = { seq: found?.seq ?? high.seq, at };
  }
  return low;
}

/**
 * A time between two, as far between them as the number is; every other time half way, as those who write by fits and starts
 * would be approached too slowly otherwise.
 */
function timeBetween(low: Before, high: After, number: number, guesses: number): number {
  const share = guesses % 2 === 0 ? (number - NEAR / 2 - low.seq) / (high.seq - low.seq + 1) : 1 / 2;
  const at = Math.floor(low.at + share * (high.at - low.at));
  return Math.min(high.at - 1, Math.max(low.at + 1, at));
}

/** The first message that was written at some time, in Unix milliseconds, or later. */
async function firstSince(table: Table, conversationId: string, millis: number): Promise<Message | undefined> {
  const { items } = await queryPage(table, {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: {
      ':pk': messageKey(conversationId).pk,
      ':first': messageBounds.at(millis),
      ':last': messageBounds.last,
    },
    ConsistentRead: true,
    Limit: 1,
  });
  return items[0] && messageFrom(items[0], conversationId);
}
