import { type Conversation, lastActivityAt } from '../domain/conversation.ts';
import { messageId, tailOf } from '../domain/ids.ts';
import type { Message } from '../domain/message.ts';
import { type MessageRange, readMessages } from './messages.ts';
import { IN_SIGHT_AFTER_RETRIES, retrying } from './retrying.ts';
import type { Table } from './table.ts';

/** So many messages are rather read and passed over than looked past by another trip. */
const NEAR = 25;

/** Where a message stands: its number, and when it was written, in Unix milliseconds. */
interface Place {
  readonly seq: number;
  readonly at: number;
}

/** A message after which others are read; none at the beginning. */
interface Mark extends Place {
  readonly id: string | undefined;
}

/**
 * The messages of a conversation from one number on, consistently: as many as are asked for, if there are so many in it as it
 * was read.
 *
 * Messages stand by time, so their numbers have to be looked for. Both rise together, so a guess at the time, corrected by
 * what is found on either side of it, comes near within a few trips, wherever that is in however long a conversation.
 * @throws Failure `unavailable`
 */
export async function readNumbered(
  table: Table,
  conversation: Conversation,
  first: number,
  count: number,
): Promise<readonly Message[]> {
  if (first > conversation.lastSeq) return [];
  const { id, seq } = await markBefore(table, conversation, first);
  const passed = first - 1 - seq;
  const limit = Math.min(first - 1 + count, conversation.lastSeq) - seq;
  return retrying(table, async (retries) => {
    const { messages } = await readMessages(
      table,
      conversation.id,
      { order: 'oldestFirst', past: id },
      { limit, mostBytes: Number.POSITIVE_INFINITY },
    );
    // A head may come into sight before its last message, which the next page would not have.
    if (messages.length < limit && retries < IN_SIGHT_AFTER_RETRIES) return undefined;
    return messages.slice(passed);
  });
}

/** A message close before that of a number. */
async function markBefore(table: Table, conversation: Conversation, number: number): Promise<Mark> {
  const { id, createdAt, lastSeq } = conversation;
  let low: Mark = { id: undefined, seq: 0, at: createdAt };
  let high: Place = { seq: lastSeq, at: lastActivityAt(conversation) };
  for (let guesses = 0; number - low.seq > NEAR; guesses += 1) {
    // All of one moment stand by their numbers.
    if (low.at === high.at) return { id: messageId(tailOf(id), number - 1, low.at), seq: number - 1, at: low.at };
    const at = timeBetween(low, high, number, guesses);
    const [since, until] = await Promise.all([
      firstIn(table, id, { order: 'oldestFirst', from: at }),
      firstIn(table, id, { order: 'newestFirst', before: at }),
    ]);
    if (since && since.seq < number) low = markOf(since);
    else if (until && until.seq >= number) high = markOf(until);
    // What is looked for is the first one since then.
    else return until ? markOf(until) : low;
  }
  return low;
}

const markOf = ({ id, seq, createdAt }: Message): Mark & { readonly id: string } => ({ id, seq, at: createdAt });

/**
 * A time between two, as far between them as the number is; every other time half way, as those who write by fits and starts
 * would be approached too slowly otherwise.
 */
function timeBetween(low: Place, high: Place, number: number, guesses: number): number {
  const share = guesses % 2 === 0 ? (number - NEAR / 2 - low.seq) / (high.seq - low.seq + 1) : 1 / 2;
  const at = Math.floor(low.at + share * (high.at - low.at));
  return Math.min(high.at, Math.max(low.at + 1, at));
}

/** The first message of a range. */
const firstIn = async (table: Table, conversationId: string, range: MessageRange): Promise<Message | undefined> => {
  const { messages } = await readMessages(table, conversationId, range, { limit: 1 });
  return messages[0];
};
