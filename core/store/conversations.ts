import type { Conversation } from '../domain/conversation.ts';
import type { Membership, Participant } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import { conversationFrom } from './heads.ts';
import { headKey, participantKey, rosterKey } from './keys.ts';
import { membershipFrom } from './participants.ts';
import { readItems } from './reading.ts';
import { retrying } from './retrying.ts';
import { rosterOf } from './rosters.ts';
import type { Table } from './table.ts';

/** A conversation as one trip reads it. */
export interface FoundConversation {
  readonly conversation: Conversation;
  /** All active participants; undefined of a large conversation. */
  readonly roster: readonly Participant[] | undefined;
  /** The viewer's own part; undefined without a viewer, or where the viewer never took part. */
  readonly own: Membership | undefined;
}

/**
 * Reads a conversation, its participants and the viewer's part in it; consistently, in one trip, or another one where
 * the participants changed in its midst.
 * @throws Failure `unavailable`
 */
export async function readConversation(
  table: Table,
  organization: string,
  id: string,
  viewer: UserId | undefined,
): Promise<FoundConversation | undefined> {
  const keys = [headKey(id), rosterKey(id), ...(viewer ? [participantKey(id, viewer)] : [])];
  const { found } = await retrying(table, async () => {
    const [head, rosterItem, own] = await readItems(table, keys, { consistent: true });
    const conversation = conversationFrom(head, organization, id);
    if (!conversation) return { found: undefined };
    const roster = rosterOf(conversation, rosterItem);
    if (roster === 'torn') return undefined;
    return { found: { conversation, roster, own: own && membershipFrom(own) } };
  });
  return found;
}

/**
 * Reads a conversation and the viewer's part in it, without the other participants; consistently, in one trip.
 * @throws Failure `unavailable`
 */
export async function readMembership(
  table: Table,
  organization: string,
  id: string,
  viewer: UserId | undefined,
): Promise<Omit<FoundConversation, 'roster'> | undefined> {
  const keys = [headKey(id), ...(viewer ? [participantKey(id, viewer)] : [])];
  const [head, own] = await readItems(table, keys, { consistent: true });
  const conversation = conversationFrom(head, organization, id);
  return conversation && { conversation, own: own && membershipFrom(own) };
}
