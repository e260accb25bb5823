import * as z from 'zod/mini';
import { type Conversation, type ConversationDetail, hasParticipants, lastActivityAt } from '../domain/conversation.ts';
import type { Participant } from '../domain/participant.ts';
import { actingUser, type Principal, type UserId } from '../domain/principal.ts';
import {
  globalConversationIds,
  readHeads,
  readRosters,
  readShownParticipants,
  userConversationIds,
} from '../store/conversation-lists.ts';
import { decodeCursor, encodeCursor, endOf, type Page } from './cursor.ts';
import type { Deps } from './deps.ts';

export interface ListConversationsInput {
  readonly actingUserId: UserId | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
  /** Whether the conversations are to be as they are now; otherwise they may be as they were a moment ago. */
  readonly consistent?: boolean | undefined;
}

export interface ConversationPage extends Page {
  readonly conversations: readonly ConversationDetail[];
}

/** Where a page ended: when the last conversation on it was active, and its id. */
const Position = z.object({ at: z.number(), id: z.string() });
type Position = z.infer<typeof Position>;

const positionOf = (conversation: Conversation): Position => ({
  at: lastActivityAt(conversation),
  id: conversation.id,
});

const mostRecentFirst = (a: Position, b: Position): number => b.at - a.at || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

/**
 * A user's conversations and the global ones, most recently active first; no replies. A conversation that is not active
 * meanwhile appears on exactly one page.
 *
 * Sending rewrites no list, so the order is made here: from the heads of all the user's conversations.
 * @throws Failure `validation_failed`, `forbidden`, `unavailable`
 */
export async function listConversations(
  { table }: Deps,
  principal: Principal,
  { actingUserId, limit, cursor, consistent = false }: ListConversationsInput,
): Promise<ConversationPage> {
  const user = actingUser(principal, actingUserId, 'userId');
  const list = ['conversations', principal.organization, user];
  const start = decodeCursor(list, cursor, Position);

  const [joined, global] = await Promise.all([
    userConversationIds(table, principal.organization, user),
    globalConversationIds(table, principal.organization),
  ]);
  const ids = [...joined, ...global];
  // Few enough for one page: their participants come in the same trip. Otherwise those of the page alone, once known.
  const [heads, rosters] = await Promise.all([
    readHeads(table, principal.organization, ids, { consistent }),
    ids.length <= limit ? readRosters(table, joined, { consistent }) : new Map<string, Participant[]>(),
  ]);
  const sorted = heads
    .filter((head) => start === undefined || mostRecentFirst(positionOf(head), start) > 0)
    .sort((a, b) => mostRecentFirst(positionOf(a), positionOf(b)));
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
    .filter(
      (conversation) =>
        !hasParticipants(conversation) ||
        // The index may still show what the user has just left.
        conversation.participants.some(({ userId, leftAt }) => userId === user && leftAt === null),
    );
  const next = last && sorted.length > page.length ? encodeCursor(list, positionOf(last)) : undefined;
  return { conversations, ...endOf(list, conversations.map(positionOf), next) };
}
