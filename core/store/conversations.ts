import { type Conversation, hasParticipants } from '../domain/conversation.ts';
import type { Message } from '../domain/message.ts';
import type { Participant } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import { conversationFrom, foundIn } from './heads.ts';
import { headKey, messageKey, participantKey, rosterKey } from './keys.ts';
import { messageFrom } from './messages.ts';
import { type Part, partFrom, readParts } from './parts.ts';
import { readItems } from './reading.ts';
import { retrying } from './retrying.ts';
import { rosterOf } from './rosters.ts';
import type { Table } from './table.ts';

/** A conversation, and what its viewer is to it. */
export interface FoundMembership extends Part {
  readonly conversation: Conversation;
}

/** A conversation as it is shown. */
export interface FoundConversation extends FoundMembership {
  /** All active participants: nobody where nobody is added; undefined of a large conversation. */
  readonly roster: readonly Participant[] | undefined;
}

/**
 * Reads a conversation, its participants and the viewer's part in it; consistently, in one trip; in another one where the
 * participants changed in its midst, and of a reply, whose parent decides.
 * @returns undefined also of a reply whose parent is gone
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
    const [head, rosterItem, item] = await readItems(table, keys, { consistent: true });
    const conversation = conversationFrom(head, organization, id);
    if (!conversation) return { found: undefined };
    const roster = rosterOf(conversation, rosterItem);
    if (roster === 'torn') return undefined;
    const [part] = await readParts(table, [{ conversation, item }], viewer);
    return { found: part && { conversation, roster, ...part } };
  });
  return found;
}

/**
 * The organization of a conversation to which a user was added, and has not left; consistently, in one trip.
 * @returns undefined where there is none
 * @throws Failure `unavailable`
 */
export async function organizationOf(table: Table, id: string, userId: UserId): Promise<string | undefined> {
  const [head, item] = await readItems(table, [headKey(id), participantKey(id, userId)], { consistent: true });
  const conversation = foundIn(head);
  if (conversation?.id !== id || !hasParticipants(conversation)) return undefined;
  return partFrom(conversation, userId, item)?.leftAt === null ? conversation.organization : undefined;
}

/** A conversation as it is now, with what a change in it was about. */
export interface Current extends Omit<FoundConversation, 'host'> {
  /** The message that was asked for, if it is there. */
  readonly message: Message | undefined;
}

/**
 * Reads a conversation by its id or that of a message in it, in whatever organization; consistently, in one trip, or
 * another one where the participants changed in its midst, and for somebody's part in a reply.
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
    const [part] = userId ? await readParts(table, [{ conversation, item: beside.at(-1) }], userId) : [];
    return {
      found: { conversation, roster, own: part?.own, message: message && messageFrom(message, conversation.id) },
    };
  });
  return found;
}

/**
 * Reads a conversation and the viewer's part in it, without the other participants; consistently, in one trip, of a reply
 * in two.
 * @returns undefined also of a reply whose parent is gone
 * @throws Failure `unavailable`
 */
export async function readMembership(
  table: Table,
  organization: string,
  id: string,
  viewer: UserId | undefined,
): Promise<FoundMembership | undefined> {
  const keys = [headKey(id), ...(viewer ? [participantKey(id, viewer)] : [])];
  const [head, item] = await readItems(table, keys, { consistent: true });
  const conversation = conversationFrom(head, organization, id);
  if (!conversation) return undefined;
  const [part] = await readParts(table, [{ conversation, item }], viewer);
  return part && { conversation, ...part };
}
