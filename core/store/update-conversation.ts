import type { Conversation } from '../domain/conversation.ts';
import type { UserId } from '../domain/principal.ts';
import { updateHead } from './heads.ts';
import { checkParticipant } from './participants.ts';
import type { Table } from './table.ts';
import { transact } from './writing.ts';

/** What may be changed of a conversation itself; undefined is what stays. */
export interface ConversationChanges {
  readonly name: string | null | undefined;
  readonly status: Conversation['status'] | undefined;
}

/**
 * Changes a conversation, unless whoever does so has ceased to take part, or to be an admin of a group.
 * @param actorId undefined for a service that acts as itself
 * @returns whether it is done; where not, somebody else was in the way, or things are not as they were: look again
 * @throws Failure `unavailable`
 */
export async function updateConversation(
  table: Table,
  { id, kind }: Conversation,
  changes: ConversationChanges,
  actorId: UserId | undefined,
): Promise<boolean> {
  const { committed } = await transact(table, [
    updateHead(id, changes),
    ...(actorId === undefined ? [] : [checkParticipant(id, actorId, kind === 'group' ? 'admin' : 'member')]),
  ]);
  return committed;
}
