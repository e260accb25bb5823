import type { Access } from '../domain/access.ts';
import { type Conversation, hasParticipants } from '../domain/conversation.ts';
import { type Membership, partInGlobal } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import { conversationFrom } from './heads.ts';
import { headKey, participantKey } from './keys.ts';
import { membershipFrom, readPositionFrom } from './participants.ts';
import { readItems } from './reading.ts';
import type { Item, Table } from './table.ts';

/** What decides over what a viewer may do in a conversation, as it was read. */
export interface Part extends Access {
  /** The viewer's part, with how far it has read this one; undefined without a viewer, or where it never had any. */
  readonly own: Membership | undefined;
}

/** A conversation as it was read, with the viewer's item in it. */
export interface ReadConversation {
  readonly conversation: Conversation;
  readonly item: Item | undefined;
}

/**
 * Tells who decides over conversations that were read. Of replies it reads the parents, and the viewer's parts in those;
 * consistently, in one trip. Of the others all is known already.
 * @returns for each, undefined of a reply whose parent is gone
 * @throws Failure `unavailable`
 */
export async function readParts(
  table: Table,
  read: readonly ReadConversation[],
  viewer: UserId | undefined,
): Promise<(Part | undefined)[]> {
  const parentIds = [...new Set(read.flatMap(({ conversation }) => conversation.parentConversationId ?? []))];
  const partKeys = viewer === undefined ? [] : parentIds.map((id) => participantKey(id, viewer));
  const items = await readItems(table, [...parentIds.map(headKey), ...partKeys], { consistent: true });

  return read.map(({ conversation, item }) => {
    const { organization, parentConversationId: id } = conversation;
    if (id === null) return { host: conversation, own: partFrom(conversation, viewer, item) };
    const at = parentIds.indexOf(id);
    const host = conversationFrom(items[at], organization, id);
    const part = host && partFrom(host, viewer, items[parentIds.length + at]);
    return host && { host, own: part && { ...part, read: readPositionFrom(item) } };
  });
}

/** The part of a user, if it is one, in a conversation that hosts itself; from the user's item there. */
export function partFrom(
  host: Conversation,
  userId: UserId | undefined,
  item: Item | undefined,
): Membership | undefined {
  if (userId === undefined) return undefined;
  if (!hasParticipants(host)) return partInGlobal(host, userId, readPositionFrom(item));
  return item && membershipFrom(item);
}
