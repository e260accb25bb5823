import { requireKeeper } from '../domain/access.ts';
import { type Conversation, type ConversationDetail, changed, hasParticipants } from '../domain/conversation.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import * as store from '../store/change-conversation.ts';
import { readConversation } from '../store/conversations.ts';
import { retrying } from '../store/retrying.ts';
import { accessConversation, detailOf } from './conversation-access.ts';
import type { Deps } from './deps.ts';

/** What stays as it is is undefined. */
export interface UpdateConversationInput {
  readonly id: string;
  readonly name: string | null | undefined;
  readonly status: Conversation['status'] | undefined;
  /** Whether it takes no more than to have been added to the conversation. */
  readonly byAnyParticipant?: boolean | undefined;
  readonly actingUserId: UserId | undefined;
}

/**
 * Renames, archives or re-opens a conversation: an admin does of a group, either participant of a direct one, its owner and
 * a super admin of a global one; of a reply, whoever does of its parent.
 * @throws Failure `not_found`, `forbidden`, `unavailable`
 */
export async function updateConversation(
  { table, now }: Deps,
  principal: Principal,
  { id, name, status, byAnyParticipant = false, actingUserId }: UpdateConversationInput,
): Promise<ConversationDetail> {
  const actorId = actingUserOrService(principal, actingUserId);
  return retrying(table, async () => {
    const found = accessConversation(actorId, await readConversation(table, principal.organization, id, actorId));
    const { conversation, host } = found;
    const isEverybodys = byAnyParticipant && hasParticipants(conversation);
    if (!isEverybodys) requireKeeper(principal, actorId, found);

    const after = changed(
      {
        ...conversation,
        name: name === undefined ? conversation.name : name,
        status: status ?? conversation.status,
      },
      now(),
    );
    const needed = isEverybodys || host.kind !== 'group' ? 'member' : 'admin';
    if (!(await store.updateConversation(table, conversation, after, { host, actorId, needed }))) return undefined;
    return detailOf({ ...found, conversation: after });
  });
}
