import { requireKeeper } from '../domain/access.ts';
import type { Conversation, ConversationDetail } from '../domain/conversation.ts';
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
  readonly actingUserId: UserId | undefined;
}

/**
 * Renames, archives or re-opens a conversation: an admin does of a group, either participant of a direct one, its owner and a super
 * admin of a global one; of a reply, whoever does of its parent.
 * @throws Failure `not_found`, `forbidden`, `unavailable`
 */
export async function updateConversation(
  { table }: Deps,
  principal: Principal,
  { id, name, status, actingUserId }: UpdateConversationInput,
): Promise<ConversationDetail> {
  const actorId = actingUserOrService(principal, actingUserId);
  return retrying(table, async () => {
    const found = accessConversation(actorId, await readConversation(table, principal.organization, id, actorId));
    const { conversation, host } = found;
    requireKeeper(principal, actorId, found);

    const changed = {
      ...conversation,
      name: name === undefined ? conversation.name : name,
      status: status ?? conversation.status,
    };
    if (!(await store.updateConversation(table, conversation, changed, host, actorId))) return undefined;
    return detailOf({ ...found, conversation: changed });
  });
}
