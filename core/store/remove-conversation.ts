import type { Conversation } from '../domain/conversation.ts';
import { deleteClaim } from './direct-claims.ts';
import { removeHead } from './heads.ts';
import { readPair } from './participants.ts';
import type { Table } from './table.ts';
import { transact } from './writing.ts';

/**
 * Removes a conversation: nobody finds it any more, a pair may have another one, and its items are erased in the
 * background.
 * @returns whether it is done; where not, somebody else was in the way, or the participants changed: look again
 * @throws Failure `unavailable`
 */
export async function removeConversation(table: Table, conversation: Conversation): Promise<boolean> {
  const { id, organization, kind, link } = conversation;
  const users = kind === 'direct' ? await readPair(table, id) : [];
  const { committed } = await transact(table, [
    removeHead(conversation),
    ...(kind === 'direct' ? [deleteClaim({ organization, users, link }, id)] : []),
  ]);
  return committed;
}
