import * as z from 'zod/mini';
import type { Message } from '../domain/message.ts';
import type { Membership } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import { announcement } from './announce.ts';
import { participantKey } from './keys.ts';
import { IS_ACTIVE, membershipFrom } from './participants.ts';
import type { Item, Table } from './table.ts';
import { type TransactionItem, updateItem } from './writing.ts';

const Reader = z.object({ userId: z.string(), readMessageId: z.string() });

/** Who has read up to where, in the item of a user who has. */
export const readerFrom = (item: Item): { userId: UserId; readMessageId: string } => Reader.parse(item);

const MOVE = 'readMessageId = :id, readOrdinal = :ordinal, readAt = :at';

const to = ({ id, ordinal }: Message, at: number) => ({ ':id': id, ':ordinal': ordinal, ':at': at });

/** The write that moves a sender's read position to the message it sends; refused unless the sender takes part. */
export const readOwnMessage = (message: Message, senderId: UserId): TransactionItem => ({
  Update: {
    Key: participantKey(message.conversationId, senderId),
    // The message tells the others enough.
    UpdateExpression: `SET ${MOVE} REMOVE announce`,
    ConditionExpression: IS_ACTIVE,
    ExpressionAttributeValues: to(message, message.createdAt),
  },
});

/**
 * Moves a participant's read position to a message.
 * @param now Unix milliseconds
 * @returns the participant then; undefined where the user does not take part, or has read as far already
 * @throws Failure `unavailable`
 */
export async function moveReadPosition(
  table: Table,
  message: Message,
  userId: UserId,
  now: number,
): Promise<Membership | undefined> {
  const item = await updateItem(table, {
    Key: participantKey(message.conversationId, userId),
    UpdateExpression: `SET ${MOVE}, announce = :announce`,
    // The ids of a conversation's messages sort as the messages do.
    ConditionExpression: `${IS_ACTIVE} AND (attribute_not_exists(readMessageId) OR readMessageId < :id)`,
    ExpressionAttributeValues: { ...to(message, now), ':announce': announcement() },
  });
  return item && membershipFrom(item);
}
