import * as z from 'zod/mini';
import type { Conversation } from '../domain/conversation.ts';
import type { Participant } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import { conversationFrom } from './conversations.ts';
import { headKey, participantKey, rosterKey, userConversationsKey } from './keys.ts';
import { participantFrom, rosterFrom } from './participants.ts';
import { type Item, queryPage, readItems, type Table } from './table.ts';

const IndexEntry = z.object({ gsi1sk: z.string() });

/** The ids of all conversations in which a user takes part. A trip for each megabyte of them, some 5,000. */
export async function userConversationIds(table: Table, organization: string, userId: UserId): Promise<string[]> {
  const { gsi1pk, gsi1sk: prefix } = userConversationsKey(organization, userId, '');
  const ids: string[] = [];
  let start: Item | undefined;
  do {
    const page = await queryPage(table, {
      IndexName: 'gsi1',
      KeyConditionExpression: 'gsi1pk = :user AND begins_with(gsi1sk, :prefix)',
      ExpressionAttributeValues: { ':user': gsi1pk, ':prefix': prefix },
      ExclusiveStartKey: start,
    });
    for (const item of page.items) ids.push(IndexEntry.parse(item).gsi1sk.slice(prefix.length));
    start = page.more;
  } while (start);
  return ids;
}

/**
 * Reads many conversations in one trip, as they were a moment ago at the latest.
 * @returns those that exist: a participant without a conversation belongs to one that was never finished, or is erased
 */
export async function readHeads(table: Table, organization: string, ids: readonly string[]): Promise<Conversation[]> {
  const heads = await readItems(table, ids.map(headKey), { consistent: false });
  return heads.flatMap((head, at) => conversationFrom(head, organization, ids[at] ?? '') ?? []);
}

/**
 * Reads the active participants of many conversations in one trip, as they were a moment ago at the latest.
 * @returns by conversation id; large conversations, which have no roster, are absent
 */
export async function readRosters(table: Table, ids: readonly string[]): Promise<Map<string, Participant[]>> {
  const rosters = await readItems(table, ids.map(rosterKey), { consistent: false });
  return new Map(rosters.flatMap((roster, at) => (roster ? [[ids[at] ?? '', rosterFrom(roster)]] : [])));
}

/** Reads one user's part in each of many conversations in one trip; by conversation id. */
export async function readParts(
  table: Table,
  ids: readonly string[],
  userId: UserId,
): Promise<Map<string, Participant>> {
  const parts = await readItems(
    table,
    ids.map((id) => participantKey(id, userId)),
    { consistent: false },
  );
  return new Map(parts.flatMap((part, at) => (part ? [[ids[at] ?? '', participantFrom(part)]] : [])));
}
