import { type Conversation, isLarge } from '../domain/conversation.ts';
import type { Participant } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import type { ReadPosition } from '../domain/read-position.ts';
import { conversationFrom } from './heads.ts';
import {
  type ConversationRef,
  conversationRefIn,
  globalConversationsKey,
  headKey,
  participantKey,
  rosterKey,
  userConversationsKey,
} from './keys.ts';
import { membershipFrom, readPositionFrom } from './participants.ts';
import { indexed, readItems } from './reading.ts';
import { rosterFrom } from './rosters.ts';
import type { Table } from './table.ts';

/**
 * All conversations to which a user was added, and has not left. A trip for each megabyte of them, some 5,000.
 * @param organization whose they are; undefined for those of all organizations
 * @throws Failure `unavailable`
 */
export async function userConversations(
  table: Table,
  organization: string | undefined,
  userId: UserId,
): Promise<ConversationRef[]> {
  const { gsi1pk, gsi1sk } = userConversationsKey(organization ?? '', userId, '');
  return (await indexed(table, gsi1pk, organization === undefined ? '' : gsi1sk)).map(conversationRefIn);
}

/**
 * An organization's global conversations. A trip for each megabyte of them, some 5,000.
 * @throws Failure `unavailable`
 */
export async function globalConversations(table: Table, organization: string): Promise<ConversationRef[]> {
  const { gsi1pk, gsi1sk } = globalConversationsKey(organization, '');
  return (await indexed(table, gsi1pk, gsi1sk)).map(conversationRefIn);
}

/**
 * Reads many conversations in one trip.
 * @param consistent whether they are to be as they are now; otherwise they may be as they were a moment ago
 * @returns those that exist: a participant without a conversation belongs to one that was never finished, or is erased
 * @throws Failure `unavailable`
 */
export async function readHeads(
  table: Table,
  refs: readonly ConversationRef[],
  { consistent }: { consistent: boolean },
): Promise<Conversation[]> {
  const keys = refs.map(({ id }) => headKey(id));
  const heads = await readItems(table, keys, { consistent });
  return refs.flatMap(({ organization, id }, at) => conversationFrom(heads[at], organization, id) ?? []);
}

/**
 * Reads the active participants of many conversations in one trip.
 * @param consistent whether they are to be as they are now; otherwise they may be as they were a moment ago
 * @returns by conversation id; large conversations, which have no roster, are absent
 * @throws Failure `unavailable`
 */
export async function readRosters(
  table: Table,
  ids: readonly string[],
  { consistent }: { consistent: boolean },
): Promise<Map<string, Participant[]>> {
  const rosters = await readItems(table, ids.map(rosterKey), { consistent });
  return new Map(rosters.flatMap((roster, at) => (roster ? [[ids[at] ?? '', rosterFrom(roster)]] : [])));
}

/**
 * Reads who is to be shown to a user of each conversation, consistently: all active participants, of a large one the user
 * alone. One trip; two where a conversation has just become large.
 * @returns by conversation id; absent where the user never took part
 * @throws Failure `unavailable`
 */
export async function readShownParticipants(
  table: Table,
  conversations: readonly Conversation[],
  userId: UserId,
): Promise<Map<string, Participant[]>> {
  const keys = conversations.map(({ id, participantCount }) =>
    isLarge(participantCount) ? participantKey(id, userId) : rosterKey(id),
  );
  const items = await readItems(table, keys, { consistent: true });
  const shown = new Map(
    conversations.flatMap(({ id, participantCount }, at): [string, Participant[]][] => {
      const item = items[at];
      return item ? [[id, isLarge(participantCount) ? [membershipFrom(item)] : rosterFrom(item)]] : [];
    }),
  );
  // A conversation that was not large a moment ago may be by now, and have no roster any more.
  const grown = conversations.filter(({ id }) => !shown.has(id));
  const own = await readItems(
    table,
    grown.map(({ id }) => participantKey(id, userId)),
    { consistent: true },
  );
  for (const [at, { id }] of grown.entries()) {
    const item = own[at];
    if (item) shown.set(id, [membershipFrom(item)]);
  }
  return shown;
}

/**
 * Reads how far a user has read in many conversations, consistently, in one trip.
 * @returns in the order of the ids
 * @throws Failure `unavailable`
 */
export async function readOwnPositions(
  table: Table,
  ids: readonly string[],
  userId: UserId,
): Promise<(ReadPosition | null)[]> {
  const keys = ids.map((id) => participantKey(id, userId));
  const items = await readItems(table, keys, { consistent: true });
  return items.map(readPositionFrom);
}
