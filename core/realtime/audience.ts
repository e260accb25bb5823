import { limits } from '../contract/limits.ts';
import { type Conversation, isForMany } from '../domain/conversation.ts';
import type { Participant } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import { readActiveUserIds } from '../store/active-owners.ts';
import { readCurrent } from '../store/conversations.ts';
import { readActiveParticipants } from '../store/participants.ts';
import { readRoster } from '../store/rosters.ts';
import type { Table } from '../store/table.ts';

/** Somebody who may hear of a conversation now. */
export interface Listener {
  readonly userId: UserId;
  /** Since when it takes part: what was written before it does not hear of. Zero where nobody is added. */
  readonly joinedAt: number;
}

/** An audience by pages, so that it may be of any size. */
export type Audience = AsyncIterable<readonly Listener[]> | Iterable<readonly Listener[]>;

/** What of a conversation tells who hears of it. */
type Place = Pick<Conversation, 'id' | 'organization' | 'kind' | 'parentConversationId'>;

/** A conversation, and its participants where they are known already. */
interface Found<Known extends Place> {
  readonly conversation: Known;
  readonly roster?: readonly Participant[] | undefined;
}

/** So many are looked up, and posted to, at a time. */
const PAGE = 500;

const withoutJoining = (userId: UserId): Listener => ({ userId, joinedAt: 0 });

/**
 * Who hears of a conversation now: its participants; of a reply those of its parent; of a global one the users of the
 * organization who have a socket. Participants as they are now, consistently.
 * @throws Failure `unavailable`
 */
export async function* audienceOf(
  table: Table,
  { conversation, roster }: Found<Place>,
): AsyncGenerator<readonly Listener[]> {
  const { id, organization, kind, parentConversationId } = conversation;
  if (kind === 'global') {
    const ids = await readActiveUserIds(table, organization);
    for (let start = 0; start < ids.length; start += PAGE) yield ids.slice(start, start + PAGE).map(withoutJoining);
  } else if (parentConversationId !== null) {
    const parent = await readCurrent(table, parentConversationId);
    if (!parent) return;
    // Times of one conversation say nothing of another's.
    for await (const page of audienceOf(table, parent)) yield page.map(({ userId }) => withoutJoining(userId));
  } else if (roster) {
    yield roster;
  } else {
    yield* participantsOf(table, id);
  }
}

/** All participants of a conversation, from their own items. */
async function* participantsOf(table: Table, conversationId: string): AsyncGenerator<readonly Listener[]> {
  let past: UserId | undefined;
  do {
    const { participants, more } = await readActiveParticipants(table, conversationId, { past, limit: PAGE });
    yield participants;
    past = more ? participants.at(-1)?.userId : undefined;
  } while (past !== undefined);
}

/**
 * As `audienceOf`, for whoever keeps a user waiting: in one trip.
 * @returns undefined where there are more than such a user should wait for
 * @throws Failure `unavailable`
 */
export async function smallAudience(
  table: Table,
  { conversation, roster }: Found<Conversation>,
): Promise<readonly Listener[] | undefined> {
  const { organization, kind, parentConversationId } = conversation;
  if (kind === 'global') {
    const ids = await readActiveUserIds(table, organization);
    return ids.length > limits.inlineSockets ? undefined : ids.map(withoutJoining);
  }
  if (parentConversationId !== null) {
    const parent = await readCurrent(table, parentConversationId);
    const listeners = parent ? await smallAudience(table, parent) : [];
    return listeners?.map(({ userId }) => withoutJoining(userId));
  }
  return isForMany(conversation) ? undefined : (roster ?? readRoster(table, conversation));
}
