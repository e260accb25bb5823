import * as z from 'zod/mini';
import type { Message } from '../domain/message.ts';
import type { Membership, Participant, Role } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import { participantKey, rosterKey, userConversationsKey } from './keys.ts';
import type { Item } from './table.ts';
import type { TransactionItem } from './writing.ts';

const Part = z.object({
  entity: z.literal('participant'),
  userId: z.string(),
  role: z.enum(['member', 'admin']),
  joinedAt: z.number(),
  leftAt: z.optional(z.number()),
  readMessageId: z.optional(z.string()),
  readOrdinal: z.optional(z.number()),
  readAt: z.optional(z.number()),
});

const Roster = z.object({
  entity: z.literal('roster'),
  participants: z.array(z.object({ userId: z.string(), role: z.enum(['member', 'admin']), joinedAt: z.number() })),
});

/** One user's part in a conversation, read from its item. */
export function membershipFrom(item: Item): Membership {
  const { userId, role, joinedAt, leftAt, readMessageId, readOrdinal, readAt } = Part.parse(item);
  const read = { messageId: readMessageId ?? null, ordinal: readOrdinal ?? 0, at: readAt ?? null };
  return { userId, role, joinedAt, leftAt: leftAt ?? null, read };
}

/** The active participants of a conversation that is not large, longest-standing first. */
export const rosterFrom = (item: Item): Participant[] =>
  Roster.parse(item).participants.map((participant) => ({ ...participant, leftAt: null }));

/** The item of a user who takes part in a conversation. */
export const participantItem = (
  { organization, id }: { organization: string; id: string },
  { userId, role, joinedAt }: Participant,
) =>
  ({
    ...participantKey(id, userId),
    ...userConversationsKey(organization, userId, id),
    entity: 'participant',
    userId,
    role,
    joinedAt,
  }) satisfies z.infer<typeof Part> & Item;

/** The write that keeps the participants of a new conversation in one item, for reading. */
export const putRoster = (conversationId: string, participants: readonly Participant[]): TransactionItem => ({
  Put: {
    Item: {
      ...rosterKey(conversationId),
      entity: 'roster',
      participants: participants.map(({ userId, role, joinedAt }) => ({ userId, role, joinedAt })),
    } satisfies z.infer<typeof Roster> & Item,
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

/** What holds of the item of a user who takes part. */
const takesPart = 'attribute_exists(pk) AND attribute_not_exists(leftAt)';

/**
 * The check that a user takes part in a conversation, or is its admin.
 * @param id that of the conversation, or of a message in it
 */
export const checkPart = (id: string, userId: UserId, needed: Role = 'member'): TransactionItem => ({
  ConditionCheck: {
    Key: participantKey(id, userId),
    ...(needed === 'member'
      ? { ConditionExpression: takesPart }
      : {
          ConditionExpression: `${takesPart} AND #role = :role`,
          ExpressionAttributeNames: { '#role': 'role' },
          ExpressionAttributeValues: { ':role': needed },
        }),
  },
});

/** The write that moves a sender's read position to the message it sends; refused unless the sender takes part. */
export const readOwnMessage = (message: Message, senderId: UserId): TransactionItem => ({
  Update: {
    Key: participantKey(message.conversationId, senderId),
    UpdateExpression: 'SET readMessageId = :id, readOrdinal = :ordinal, readAt = :at',
    ConditionExpression: takesPart,
    ExpressionAttributeValues: { ':id': message.id, ':ordinal': message.ordinal, ':at': message.createdAt },
  },
});
