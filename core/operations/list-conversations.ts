import * as z from 'zod/mini';
import { isListed } from '../domain/access.ts';
import { type ConversationDetail, hasParticipants, type LinkFilter } from '../domain/conversation.ts';
import type { Participant } from '../domain/participant.ts';
import { actingUser, type Principal, type UserId } from '../domain/principal.ts';
import {
  globalConversations,
  readHeads,
  readRosters,
  readShownParticipants,
  userConversations,
} from '../store/conversation-lists.ts';
import { decodeCursor, encodeCursor, endOf, type Page } from './cursor.ts';
import type { Deps } from './deps.ts';
import { recencyOf, recentOf } from './recent-conversations.ts';

export interface ListConversationsInput {
  readonly actingUserId: UserId | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
  /** What they are about; anything without it. */
  readonly link?: LinkFilter | undefined;
  /** Whether the conversations are to be as they are now; otherwise they may be as they were a moment ago. */
  readonly consistent?: boolean | undefined;
}

export interface ConversationPage extends Page {
  readonly conversations: readonly ConversationDetail[];
}

/** Where a page ended: when the last conversation on it was active, and its id. */
const Position = z.object({ at: z.number(), id: z.string() });

/**
 * A user's conversations and the global ones, most recently active first; no replies. A conversation that is not active
 * meanwhile appears on exactly one page. Each page reads the heads of all of them.
 * @throws Failure `validation_failed`, `forbidden`, `unavailable`
 */
export async function listConversations(
  { table }: Deps,
  principal: Principal,
  { actingUserId, limit, cursor, link = {}, consistent = false }: ListConversationsInput,
): Promise<ConversationPage> {
  const user = actingUser(principal, actingUserId, 'userId');
  const list = ['conversations', principal.organization, user, link.type ?? null, link.id ?? null];
  const start = decodeCursor(list, cursor, Position);

  const [joined, global] = await Promise.all([
    userConversations(table, principal.organization, user),
    globalConversations(table, principal.organization),
  ]);
  const refs = [...joined, ...global];
  const joinedIds = joined.map(({ id }) => id);
  // Few enough for one page: their participants come in the same trip. Otherwise those of the page alone, once known.
  const [heads, rosters] = await Promise.all([
    readHeads(table, refs, { consistent }),
    refs.length <= limit ? readRosters(table, joinedIds, { consistent }) : new Map<string, Participant[]>(),
  ]);
  const sorted = recentOf(heads, link, start);
  const page = sorted.slice(0, limit);
  const last = page.at(-1);

  const rest = await readShownParticipants(
    table,
    page.filter((conversation) => hasParticipants(conversation) && !rosters.has(conversation.id)),
    user,
  );
  const conversations = page
    .map((conversation) => ({
      ...conversation,
      participants: rosters.get(conversation.id) ?? rest.get(conversation.id) ?? [],
    }))
    .filter((conversation) => isListed(conversation, conversation.participants, user));
  const next = last && sorted.length > page.length ? encodeCursor(list, recencyOf(last)) : undefined;
  return { conversations, ...endOf(list, conversations.map(recencyOf), next) };
}
