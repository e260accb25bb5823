import type { Conversation } from '../domain/conversation.ts';
import type { Message } from '../domain/message.ts';
import type { Membership, Participant } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import { conversationFrom, foundIn } from './heads.ts';
import { headKey, messageKey, participantKey, rosterKey } from './keys.ts';
import { messageFrom } from './messages.ts';
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

/** A conversation as it is now, with what a change in it was about. */
export interface Current extends FoundConversation {
  /** The message that was asked for, if it is there. */
  readonly message: Message | undefined;
}

/**
 * Reads a conversation by its id or that of a message in it, in whatever organization; consistently, in one trip, or
 * another one where the participants changed in its midst.
 * @param about what is to be read with it: a message, and some user's part as `own`
 * @throws Failure `unavailable`
 */
export async function readCurrent(
  table: Table,
  id: string,
  { messageId, userId }: { readonly messageId?: string; readonly userId?: UserId | null } = {},
): Promise<Current | undefined> {
  const keys = [
    headKey(id),
    rosterKey(id),
    ...(messageId === undefined ? [] : [messageKey(messageId)]),
    ...(userId ? [participantKey(id, userId)] : []),
  ];
  const { found } = await retrying(table, async () => {
    const [head, rosterItem, ...beside] = await readItems(table, keys, { consistent: true });
    const conversation = foundIn(head);
    if (!conversation) return { found: undefined };
    const roster = rosterOf(conversation, rosterItem);
    if (roster === 'torn') return undefined;
    const message = messageId === undefined ? undefined : beside[0];
    const own = userId ? beside.at(-1) : undefined;
    return {
      found: {
        conversation,
        roster,
        own: own && membershipFrom(own),
        message: message && messageFrom(message, conversation.id),
      },
    };
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
