import type { Conversation } from '../domain/conversation.ts';
import { removeHead } from './heads.ts';
import type { Table } from './table.ts';
import { transact } from './writing.ts';

/**
 * Removes a conversation: nobody finds it any more, and its items are erased in the background.
 * @returns whether it is done; where not, somebody else was in the way, or the participants changed: look again
 * @throws Failure `unavailable`
 */
export async function removeConversation(table: Table, conversation: Conversation): Promise<boolean> {
  return (await transact(table, [removeHead(conversation)])).committed;
}
