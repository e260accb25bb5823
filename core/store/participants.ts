import * as z from 'zod/mini';
import type { Conversation } from '../domain/conversation.ts';
import type { Membership, Participant, Role } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import type { ReadPosition } from '../domain/read-position.ts';
import { participantKey, userConversationsKey } from './keys.ts';
import { queryPage, readItem } from './reading.ts';
import type { Item, Table } from './table.ts';
import type { TransactionItem } from './writing.ts';

/** How far a user has read: all that stands in its item where nobody is added to take part. */
const Position = z.object({
  entity: z.literal('participant'),
  userId: z.string(),
  readMessageId: z.optional(z.string()),
  readOrdinal: z.optional(z.number()),
  readAt: z.optional(z.number()),
});

const Part = z.extend(Position, {
  role: z.enum(['member', 'admin']),
  joinedAt: z.number(),
  leftAt: z.optional(z.number()),
});

const positionIn = ({ readMessageId, readOrdinal = 0, readAt = 0 }: z.infer<typeof Position>): ReadPosition | null =>
  readMessageId === undefined ? null : { messageId: readMessageId, ordinal: readOrdinal, at: readAt };

/** How far a user has read a conversation, from its item, if there is one. */
export const readPositionFrom = (item: Item | undefined): ReadPosition | null =>
  item ? positionIn(Position.parse(item)) : null;

/** One user's part in a conversation to which it was added, read from its item. */
export function membershipFrom(item: Item): Membership {
  const part = Part.parse(item);
  const { userId, role, joinedAt, leftAt = null } = part;
  return { userId, role, joinedAt, leftAt, read: positionIn(part) };
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
 * The check that a user takes part in a conversation, or is its admin; of a global one there is nothing to check, as
 * everybody does, and its owner stays.
 * @param host the conversation, or of a reply its parent
 */
export const checkPart = (
  { id, kind }: Pick<Conversation, 'id' | 'kind'>,
  userId: UserId,
  needed: Role = 'member',
): TransactionItem[] => {
  if (kind === 'global') return [];
  const Key = participantKey(id, userId);
  if (needed === 'member') return [{ ConditionCheck: { Key, ConditionExpression: IS_ACTIVE } }];
  const check = {
    Key,
    ConditionExpression: `${IS_ACTIVE} AND #role = :role`,
    ExpressionAttributeNames: { '#role': 'role' },
    ExpressionAttributeValues: { ':role': needed },
  };
  return [{ ConditionCheck: check }];
};

/**
 * One user's part in a conversation, also of who has left; consistently.
 * @throws Failure `unavailable`
 */
export async function readParticipant(
  table: Table,
  conversationId: string,
  userId: UserId,
): Promise<Membership | undefined> {
  const item = await readItem(table, participantKey(conversationId, userId));
  return item && membershipFrom(item);
}

/**
 * Both parts in a direct conversation, also of who has left; consistently, in one trip. Of another kind of conversation it
 * is nothing to go by.
 * @throws Failure `unavailable`
 */
export async function readPair(table: Table, conversationId: string): Promise<Membership[]> {
  const { pk, sk: prefix } = participantKey(conversationId, '');
  const { items } = await queryPage(table, {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
    ConsistentRead: true,
    Limit: 2,
  });
  return items.filter((item) => 'joinedAt' in item).map(membershipFrom);
}

/** Where those looked at were not enough because others among them have left, the next look is so much wider. */
const WIDER = 4;

/** At most this many are looked at in one step: about as many as DynamoDB reads in one. */
const WIDEST = 2_000;

/**
 * The first `limit` active participants past one user, in the order of their ids; consistently. Where nobody is added,
 * and read positions stand in their place, there are none.
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
    if (page.items.some((item) => !('joinedAt' in item))) return { participants: [], more: false };
    for (const item of page.items) found.push(membershipFrom(item));
    start = page.more;
    width *= WIDER;
  } while (start && found.length <= limit);
  return { participants: found.slice(0, limit), more: found.length > limit };
}
