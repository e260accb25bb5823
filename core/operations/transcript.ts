import { limits } from '../contract/limits.ts';
import type { ConversationDetail } from '../domain/conversation.ts';
import { type Message, seenBy } from '../domain/message.ts';
import type { UserId } from '../domain/principal.ts';
import { type MessageRoom, readMessages } from '../store/messages.ts';
import type { Table } from '../store/table.ts';

/** What was written in a conversation. */
export interface WrittenMessages {
  /** The newest that there is room for, oldest first. */
  readonly messages: readonly Message[];
  /** Whether there are older ones. */
  readonly isTruncated: boolean;
}

/** A conversation with what was written in it. */
export interface Transcript extends WrittenMessages {
  readonly conversation: ConversationDetail;
}

/** What a message weighs where it is shown, in bytes. */
export interface Weighing {
  readonly bytesOf: (message: Message) => number;
}

/** So many messages are read at most, in so many trips of a megabyte each. */
type Extent = Pick<MessageRoom, 'limit' | 'mostTrips'>;

/** Twice what one answer can show, as more may be kept with messages than a transcript shows of them. */
const whole: Extent = { limit: Number.POSITIVE_INFINITY, mostTrips: 8 };

/** What a list shows of each conversation. */
export const latest: Extent = { limit: limits.latestMessages, mostTrips: 1 };

/**
 * The newest messages of a conversation, consistently: as many as fit into one answer, of those that are read. A trip for each
 * megabyte.
 * @throws Failure `unavailable`
 */
export async function readWritten(
  table: Table,
  conversationId: string,
  viewer: UserId | undefined,
  { bytesOf }: Weighing,
  extent: Extent = whole,
): Promise<WrittenMessages> {
  const room = { ...extent, bytesOf };
  const { messages, more } = await readMessages(table, conversationId, { order: 'newestFirst' }, room);
  return { messages: messages.map((message) => seenBy(viewer, message)).toReversed(), isTruncated: more };
}

/**
 * A conversation that was just read, or made, with what was written in it.
 * @throws Failure `unavailable`
 */
export const transcribe = async (
  table: Table,
  conversation: ConversationDetail,
  viewer: UserId | undefined,
  weighing: Weighing,
): Promise<Transcript> => ({
  conversation,
  ...(conversation.lastSeq === 0
    ? { messages: [], isTruncated: false }
    : await readWritten(table, conversation.id, viewer, weighing)),
});
