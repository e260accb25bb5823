import * as z from 'zod/mini';
import type { Conversation } from '../domain/conversation.ts';
import type { Membership, Participant, Role } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import { participantKey, userConversationsKey } from './keys.ts';
import { queryPage } from './reading.ts';
import type { Item, Table } from './table.ts';
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

/** One user's part in a conversation, read from its item. */
export function membershipFrom(item: Item): Membership {
  const { userId, role, joinedAt, leftAt, readMessageId, readOrdinal = 0, readAt = 0 } = Part.parse(item);
  const read = readMessageId === undefined ? null : { messageId: readMessageId, ordinal: readOrdinal, at: readAt };
  return { userId, role, joinedAt, leftAt: leftAt ?? null, read };
}

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

/** The condition on the item of a user who takes part. */
export const IS_ACTIVE = 'attribute_exists(pk) AND attribute_not_exists(leftAt)';

/** The write of somebody who joins; refused where the user takes part already. */
export const putJoined = (conversation: Conversation, { read, ...participant }: Membership): TransactionItem => ({
  Put: {
    Item: {
      ...participantItem(conversation, participant),
      readMessageId: read?.messageId,
      readOrdinal: read?.ordinal,
      readAt: read?.at,
    } satisfies z.infer<typeof Part> & Item,
    ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(leftAt)',
  },
});

/** The write of somebody who leaves, after which no list holds the conversation; refused unless all is as it was read. */
export const markLeft = (conversationId: string, participant: Participant, leftAt: number): TransactionItem =>
  updateAsRead(conversationId, participant, 'SET leftAt = :leftAt REMOVE gsi1pk, gsi1sk', { ':leftAt': leftAt });

/** The write of a participant's new role; refused unless all is as it was read. */
export const assignRole = (conversationId: string, participant: Participant, role: Role): TransactionItem =>
  updateAsRead(conversationId, participant, 'SET #role = :next', { ':next': role });

const updateAsRead = (
  conversationId: string,
  { userId, role, joinedAt }: Participant,
  UpdateExpression: string,
  values: Readonly<Record<string, unknown>>,
): TransactionItem => ({
  Update: {
    Key: participantKey(conversationId, userId),
    UpdateExpression,
    ConditionExpression: `${IS_ACTIVE} AND #role = :role AND joinedAt = :joinedAt`,
    ExpressionAttributeNames: { '#role': 'role' },
    ExpressionAttributeValues: { ':role': role, ':joinedAt': joinedAt, ...values },
  },
});

/**
 * The check that a user takes part in a conversation, or is its admin.
 * @param id that of the conversation, or of a message in it
 */
export const checkParticipant = (id: string, userId: UserId, needed: Role = 'member'): TransactionItem => ({
  ConditionCheck: {
    Key: participantKey(id, userId),
    ...(needed === 'member'
      ? { ConditionExpression: IS_ACTIVE }
      : {
          ConditionExpression: `${IS_ACTIVE} AND #role = :role`,
          ExpressionAttributeNames: { '#role': 'role' },
          ExpressionAttributeValues: { ':role': needed },
        }),
  },
});

/** Where those looked at were not enough because others among them have left, the next look is so much wider. */
const WIDER = 4;

/** At most this many are looked at in one step: about as many as DynamoDB reads in one. */
const WIDEST = 2_000;

/**
 * The first `limit` active participants past one user, in the order of their ids; consistently.
 * @param limit infinite for all of them
 * @throws Failure `unavailable`
 */
export async function readActiveParticipants(
  table: Table,
  conversationId: string,
  { past, limit }: { past: UserId | undefined; limit: number },
): Promise<{ participants: Membership[]; more: boolean }> {
  const { pk, sk: prefix } = participantKey(conversationId, '');
  const found: Membership[] = [];
  let start: Item | undefined = past === undefined ? undefined : { ...participantKey(conversationId, past) };
  let width = 1;
  do {
    const page = await queryPage(table, {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      FilterExpression: 'attribute_not_exists(leftAt)',
      ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
      ConsistentRead: true,
      ExclusiveStartKey: start,
      // One more than asked for tells whether there are more.
      Limit: Math.min(width * (limit + 1 - found.length), WIDEST),
    });
    for (const item of page.items) found.push(membershipFrom(item));
    start = page.more;
    width *= WIDER;
  } while (start && found.length <= limit);
  return { participants: found.slice(0, limit), more: found.length > limit };
}
