import type { Conversation } from '../domain/conversation.ts';
import type { Participant } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import { conversationFrom } from './heads.ts';
import { headKey, participantKey, rosterKey } from './keys.ts';
import { type Part, readParts } from './parts.ts';
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
