import type { Conversation } from '../domain/conversation.ts';
import type { Role } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import { removeHead, updateHeadDetails } from './heads.ts';
import { unlinkReply } from './messages.ts';
import { checkPart } from './participants.ts';
import type { Table } from './table.ts';
import { transact } from './writing.ts';

/**
 * Changes a conversation's name and status, unless whoever does so has ceased to take part, or to be an admin of a group.
 * @param before as it was read; what is stored then is `after`, and nothing that anybody else wrote meanwhile
 * @param by whose change it is, and what part that takes in the conversation whose participants decide over it; `actorId` is
 *   undefined for a service that acts as itself
 * @returns whether it is done; where not, somebody else was in the way, or things are not as they were: look again
 * @throws Failure `unavailable`
 */
export async function updateConversation(
  table: Table,
  before: Conversation,
  after: Conversation,
  {
    host,
    actorId,
    needed,
  }: { readonly host: Conversation; readonly actorId: UserId | undefined; readonly needed: Role },
): Promise<boolean> {
  const { committed } = await transact(table, [
    updateHeadDetails(before, after),
    ...(actorId === undefined ? [] : checkPart(host, actorId, needed)),
  ]);
  return committed;
}

/**
 * Removes a conversation: nobody finds it any more, and its items are erased in the background. The message that a reply
 * hangs on may have another from then on.
 * @returns whether it is done; where not, somebody else was in the way, or the participants changed: look again
 * @throws Failure `unavailable`
 */
export async function removeConversation(table: Table, conversation: Conversation): Promise<boolean> {
  const { id, parentMessageId } = conversation;
  const unlinked = parentMessageId === null ? [] : [unlinkReply(parentMessageId, id)];
  return (await transact(table, [removeHead(conversation), ...unlinked])).committed;
}
