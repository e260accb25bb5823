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

/** So much is read for one answer: twice what it can show, as more may be kept with messages than a transcript shows of them. */
const MOST_TRIPS = 8;

/**
 * The newest messages of a conversation, consistently: as many as fit into one answer, of the latest eight megabytes that are
 * kept. A trip for each megabyte.
 * @throws Failure `unavailable`
 */
export const readWritten = (
  table: Table,
  conversationId: string,
  viewer: UserId | undefined,
  { bytesOf }: Weighing,
): Promise<WrittenMessages> =>
  readNewest(table, conversationId, viewer, {
    limit: Number.POSITIVE_INFINITY,
    mostTrips: MOST_TRIPS,
    bytesOf,
  });

/**
 * The latest few messages of a conversation, as a list shows them, consistently. One trip: of the latest megabyte that is kept.
 * @throws Failure `unavailable`
 */
export const readLatest = (
  table: Table,
  conversationId: string,
  viewer: UserId | undefined,
  { bytesOf }: Weighing,
): Promise<WrittenMessages> =>
  readNewest(table, conversationId, viewer, { limit: limits.latestMessages, mostTrips: 1, bytesOf });

async function readNewest(
  table: Table,
  conversationId: string,
  viewer: UserId | undefined,
  room: MessageRoom,
): Promise<WrittenMessages> {
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
