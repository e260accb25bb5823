import * as z from 'zod/mini';
import { type Conversation, hasParticipants } from '../domain/conversation.ts';
import type { Message } from '../domain/message.ts';
import type { UserId } from '../domain/principal.ts';
import type { ReadPosition } from '../domain/read-position.ts';
import { announcement } from './announce.ts';
import { messageKey, participantKey } from './keys.ts';
import { IS_ACTIVE, readPositionFrom } from './participants.ts';
import type { Item, Table } from './table.ts';
import { type TransactionItem, transact, updateItem } from './writing.ts';

const Reader = z.object({ userId: z.string(), readMessageId: z.string() });

/** Who has read up to where, in the item of a user who has. */
export const readerFrom = (item: Item): { userId: UserId; readMessageId: string } => Reader.parse(item);

const MOVE = 'readMessageId = :id, readOrdinal = :ordinal, readAt = :at';

/** The same where nobody is added, and the item may still be to be made. */
const KEEP = `${MOVE}, entity = :entity, userId = :user`;
const keptOf = (userId: UserId) => ({ ':entity': 'participant', ':user': userId });

const to = ({ id, ordinal }: Message, at: number) => ({ ':id': id, ':ordinal': ordinal, ':at': at });

/**
 * The write that moves a sender's read position to the message it sends, which tells the others enough; refused unless the
 * sender takes part, where users are added to do so.
 */
export const readOwnMessage = (conversation: Conversation, message: Message, senderId: UserId): TransactionItem => {
  const Key = participantKey(message.conversationId, senderId);
  const values = to(message, message.createdAt);
  const isAdded = hasParticipants(conversation);
  return {
    Update: {
      Key,
      UpdateExpression: `SET ${isAdded ? MOVE : KEEP} REMOVE announce`,
      ...(isAdded ? { ConditionExpression: IS_ACTIVE } : {}),
      ExpressionAttributeValues: isAdded ? values : { ...values, ...keptOf(senderId) },
    },
  };
};

/**
 * Moves a user's read position to a message.
 * @param now Unix milliseconds
 * @returns where it stands then; undefined where the user has none there, does not take part, or has read as far already
 * @throws Failure `unavailable`
 */
export async function moveReadPosition(
  table: Table,
  message: Message,
  userId: UserId,
  now: number,
): Promise<ReadPosition | undefined> {
  const item = await updateItem(table, {
    Key: participantKey(message.conversationId, userId),
    UpdateExpression: `SET ${MOVE}, announce = :announce`,
    // The ids of a conversation's messages sort as the messages do.
    ConditionExpression: `${IS_ACTIVE} AND (attribute_not_exists(readMessageId) OR readMessageId < :id)`,
    ExpressionAttributeValues: { ...to(message, now), ':announce': announcement() },
  });
  return readPositionFrom(item) ?? undefined;
}

/**
 * Makes a user's first read position where nobody is added. It insists on the message, so that nothing is left behind of a
 * conversation that is being erased: who has erased a message looks for more.
 * @param now Unix milliseconds
 * @returns where it stands then; undefined where the user has one already, or the message is gone
 * @throws Failure `unavailable`
 */
export async function makeReadPosition(
  table: Table,
  message: Message,
  userId: UserId,
  now: number,
): Promise<ReadPosition | undefined> {
  const { id, ordinal } = message;
  const first = {
    Key: participantKey(message.conversationId, userId),
    UpdateExpression: `SET ${KEEP}, announce = :announce`,
    ConditionExpression: 'attribute_not_exists(pk)',
    ExpressionAttributeValues: { ...to(message, now), ...keptOf(userId), ':announce': announcement() },
  };
  const messageIsThere = { Key: messageKey(id), ConditionExpression: 'attribute_exists(pk)' };
  const { committed } = await transact(table, [{ Update: first }, { ConditionCheck: messageIsThere }]);
  return committed ? { messageId: id, ordinal, at: now } : undefined;
}
