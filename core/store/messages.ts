import * as z from 'zod/mini';
import { limits } from '../contract/limits.ts';
import { contentTypes, deviceTypes } from '../contract/message-content.ts';
import { type Conversation, lastMessageId } from '../domain/conversation.ts';
import { createdAtOf } from '../domain/ids.ts';
import type { Message } from '../domain/message.ts';
import type { MessageState } from '../domain/message-change.ts';
import type { MessageContext } from '../domain/message-context.ts';
import { bytesInAnswer } from '../domain/page-size.ts';
import type { UserId } from '../domain/principal.ts';
import { announcement } from './announce.ts';
import { conversationIn } from './heads.ts';
import { headKey, messageBounds, messageIdIn, messageKey, participantKey } from './keys.ts';
import { type Part, readParts } from './parts.ts';
import { Reactions, reactionsFrom } from './reactions.ts';
import { queryPage, readItem, readItems } from './reading.ts';
import { IN_SIGHT_AFTER_RETRIES, retrying } from './retrying.ts';
import type { Item, Table } from './table.ts';
import type { TransactionItem } from './writing.ts';

/** Kept as JSON: what apps send along is none of DynamoDB's types, and none of our business. */
const Context: z.ZodMiniType<MessageContext> = z.object({
  type: z.enum(contentTypes),
  attachments: z.array(z.unknown()),
  metadata: z.record(z.string(), z.unknown()),
  device: z.object({
    type: z.enum(deviceTypes),
    os: z.string(),
    osVersion: z.nullable(z.string()),
    appVersion: z.nullable(z.string()),
    model: z.nullable(z.string()),
    browser: z.nullable(z.string()),
    browserVersion: z.nullable(z.string()),
  }),
  publicKey: z.string(),
});

/** A message's context as its item has it. */
export const storedContext = (context: MessageContext | null): string | undefined =>
  context === null ? undefined : JSON.stringify(context);

/** The conversation's id and the time of creation are not stored: the key tells them. */
const MessageItem = z.object({
  entity: z.literal('message'),
  sk: z.string(),
  senderId: z.optional(z.string()),
  systemEvent: z.optional(z.enum(['join', 'leave'])),
  subjectId: z.optional(z.string()),
  text: z.optional(z.string()),
  replyToMessageId: z.optional(z.string()),
  replyConversationId: z.optional(z.string()),
  clientMessageId: z.optional(z.string()),
  context: z.optional(z.string()),
  seq: z.number(),
  ordinal: z.number(),
  revision: z.number(),
  editedAt: z.optional(z.number()),
  deletedAt: z.optional(z.number()),
  reactions: Reactions,
});

/** What in an item tells what was done to its message. */
export const messageStateFrom = (item: Item): MessageState => messageWithin(item);

/** The message in an item. Its conversation is known from elsewhere: the key has the tail of that id alone. */
export const messageFrom = (item: Item, conversationId: string): Message => ({
  ...messageWithin(item),
  conversationId,
});

function messageWithin(item: Item): Omit<Message, 'conversationId'> {
  const { entity: _, sk, ...stored } = MessageItem.parse(item);
  const id = messageIdIn(sk);
  return {
    id,
    createdAt: createdAtOf(id),
    senderId: stored.senderId ?? null,
    systemEvent: stored.systemEvent ?? null,
    subjectId: stored.subjectId ?? null,
    text: stored.text ?? null,
    replyToMessageId: stored.replyToMessageId ?? null,
    replyConversationId: stored.replyConversationId ?? null,
    clientMessageId: stored.clientMessageId ?? null,
    context: stored.context === undefined ? null : Context.parse(JSON.parse(stored.context)),
    seq: stored.seq,
    ordinal: stored.ordinal,
    revision: stored.revision,
    editedAt: stored.editedAt ?? null,
    deletedAt: stored.deletedAt ?? null,
    reactions: reactionsFrom(id, stored.reactions),
  };
}

/**
 * The write of a new message.
 * @param isAnnounced whether the stream's consumer is to deliver it; nobody else does so with what nobody sent
 */
export const putMessage = (message: Message, isAnnounced = message.systemEvent !== null): TransactionItem => ({
  Put: {
    Item: {
      ...messageKey(message.id),
      entity: 'message',
      senderId: message.senderId ?? undefined,
      systemEvent: message.systemEvent ?? undefined,
      subjectId: message.subjectId ?? undefined,
      text: message.text ?? undefined,
      replyToMessageId: message.replyToMessageId ?? undefined,
      clientMessageId: message.clientMessageId ?? undefined,
      context: storedContext(message.context),
      seq: message.seq,
      ordinal: message.ordinal,
      revision: message.revision,
      reactions: {},
      announce: isAnnounced ? announcement() : undefined,
    } satisfies z.infer<typeof MessageItem> & Item,
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

/**
 * One message of a conversation, consistently. `id` must be one that can belong to it.
 * @throws Failure `unavailable`
 */
export async function readMessage(table: Table, conversationId: string, id: string): Promise<Message | undefined> {
  const item = await readItem(table, messageKey(id));
  return item && messageFrom(item, conversationId);
}

/**
 * Reads the last messages of conversations, as those were read; consistently, nearly always in one trip.
 * @returns by conversation id; absent where there is none
 * @throws Failure `unavailable`
 */
export async function readLastMessages(
  table: Table,
  conversations: readonly Conversation[],
): Promise<Map<string, Message>> {
  const last = conversations.flatMap((conversation) => {
    const messageId = lastMessageId(conversation);
    return messageId === null ? [] : [{ id: conversation.id, key: messageKey(messageId) }];
  });
  const keys = last.map(({ key }) => key);
  return retrying(table, async (retries) => {
    const items = await readItems(table, keys, { consistent: true });
    // A head may come into sight before its last message.
    if (retries < IN_SIGHT_AFTER_RETRIES && items.some((item) => item === undefined)) return undefined;
    return new Map(
      last.flatMap(({ id }, at): [string, Message][] => {
        const item = items[at];
        return item ? [[id, messageFrom(item, id)]] : [];
      }),
    );
  });
}

/** A message, and what its viewer is to its conversation. */
export interface FoundMessage extends Part {
  readonly message: Message | undefined;
}

/**
 * Reads messages, each with its conversation and the viewer's part in that, by the messages' ids alone: an id ends as
 * that of its conversation does, so it finds all three. Consistently, in one trip; in two where one is in a reply.
 * @returns for each id, undefined where the organization has no conversation in which such a message could be
 * @throws Failure `unavailable`
 */
export async function readMessagesInConversations(
  table: Table,
  organization: string,
  ids: readonly string[],
  viewer: UserId | undefined,
): Promise<(FoundMessage | undefined)[]> {
  const keysOf = (id: string) => [headKey(id), messageKey(id), ...(viewer ? [participantKey(id, viewer)] : [])];
  const keys = ids.map(keysOf);
  const items = await readItems(table, keys.flat(), { consistent: true });
  const found = keys.flatMap(({ length }, at) => {
    const [head, message, item] = items.slice(at * length, (at + 1) * length);
    const conversation = conversationIn(head, organization);
    return conversation ? [{ at, conversation, message, item }] : [];
  });
  const parts = await readParts(table, found, viewer);
  const messages = new Map(
    found.map(({ at, conversation, message }, foundAt) => {
      const part = parts[foundAt];
      return [at, part && { ...part, message: message && messageFrom(message, conversation.id) }];
    }),
  );
  return ids.map((_, at) => messages.get(at));
}

/**
 * As `readMessagesInConversations`, of one message.
 * @throws Failure `unavailable`
 */
export const readMessageInConversation = async (
  table: Table,
  organization: string,
  id: string,
  viewer: UserId | undefined,
): Promise<FoundMessage | undefined> => (await readMessagesInConversations(table, organization, [id], viewer))[0];

/** The write by which a message shows the conversation of replies that hangs on it; refused when it has one, or is gone. */
export const linkReply = (messageId: string, replyConversationId: string): TransactionItem => ({
  Update: {
    Key: messageKey(messageId),
    UpdateExpression: 'SET replyConversationId = :reply',
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(replyConversationId)',
    ExpressionAttributeValues: { ':reply': replyConversationId },
  },
});

/** The write by which it no longer does; refused when it shows another one, or none. */
export const unlinkReply = (messageId: string, replyConversationId: string): TransactionItem => ({
  Update: {
    Key: messageKey(messageId),
    UpdateExpression: 'REMOVE replyConversationId',
    ConditionExpression: 'replyConversationId = :reply',
    ExpressionAttributeValues: { ':reply': replyConversationId },
  },
});

/**
 * Whether a conversation has a message; consistently. `id` must be one that can belong to it.
 * @throws Failure `unavailable`
 */
export const hasMessage = async (table: Table, id: string): Promise<boolean> =>
  (await readItem(table, messageKey(id))) !== undefined;

/** A range of a conversation's messages. Times are Unix milliseconds; ids are excluded themselves. */
export interface MessageRange {
  readonly order: 'newestFirst' | 'oldestFirst';
  /** Those created at this time or later. */
  readonly from?: number | undefined;
  /** Those created before this time. */
  readonly before?: number | undefined;
  /** Those that come after this one in the order. */
  readonly past?: string | undefined;
}

/** How many messages are wanted at most. */
export interface MessageRoom {
  /** Infinite for as many as there are. */
  readonly limit: number;
  /** What they may weigh together; what fits into one answer, without it. */
  readonly mostBytes?: number | undefined;
  /** So many trips it may take, of a megabyte each: more is kept with some messages than is shown of them. */
  readonly mostTrips?: number | undefined;
  /** What one of them weighs, about as it is shown. */
  readonly bytesOf?: ((message: Message) => number) | undefined;
}

/**
 * The first messages of a range, consistently, and whether there are more.
 * @throws Failure `unavailable`
 */
export async function readMessages(
  table: Table,
  conversationId: string,
  { order, from, before, past }: MessageRange,
  { limit, mostBytes = limits.pageBytes, mostTrips = Number.POSITIVE_INFINITY, bytesOf = bytesInAnswer }: MessageRoom,
): Promise<{ messages: readonly Message[]; more: boolean }> {
  const { pk } = messageKey(conversationId);
  const found: Message[] = [];
  let bytes = 0;
  let isFull = false;
  let trips = 0;
  let start: Item | undefined = past === undefined ? undefined : { ...messageKey(past) };
  // A trip ends at one megabyte, which a hundred long messages can pass: the rest is read on.
  do {
    const page = await queryPage(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': pk,
        ':first': from === undefined ? messageBounds.first : messageBounds.at(from),
        ':last': before === undefined ? messageBounds.last : messageBounds.at(before),
      },
      ScanIndexForward: order === 'oldestFirst',
      ConsistentRead: true,
      ExclusiveStartKey: start,
      // One more than asked for tells whether there are more.
      Limit: Number.isFinite(limit) ? limit + 1 - found.length : undefined,
    });
    for (const item of page.items) {
      const message = messageFrom(item, conversationId);
      bytes += bytesOf(message);
      // One that is too large for any answer is shown all the same.
      isFull ||= found.length === limit || (bytes > mostBytes && found.length > 0);
      if (!isFull) found.push(message);
    }
    start = page.more;
    trips += 1;
  } while (start && !isFull && trips < mostTrips);
  return { messages: found, more: isFull || start !== undefined };
}
