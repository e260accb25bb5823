import { requireAdmin } from '../domain/access.ts';
import type { Conversation, ConversationDetail } from '../domain/conversation.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import * as store from '../store/change-conversation.ts';
import { readConversation } from '../store/conversations.ts';
import { retrying } from '../store/retrying.ts';
import { accessConversation, asSeenBy } from './conversation-access.ts';
import type { Deps } from './deps.ts';

/** What stays as it is is undefined. */
export interface UpdateConversationInput {
  readonly id: string;
  readonly name: string | null | undefined;
  readonly status: Conversation['status'] | undefined;
  readonly actingUserId: UserId | undefined;
}

/**
 * Renames, archives or re-opens a conversation: an admin does of a group, either participant of a direct one.
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
    const { conversation, own } = found;
    if (conversation.kind === 'group') requireAdmin(actorId, own);

    const changed = {
      ...conversation,
      name: name === undefined ? conversation.name : name,
      status: status ?? conversation.status,
    };
    if (!(await store.updateConversation(table, conversation, changed, actorId))) return undefined;
    return asSeenBy(actorId, { ...found, conversation: changed });
  });
}
