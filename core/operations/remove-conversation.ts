import { forbidden } from '../domain/errors.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import * as store from '../store/change-conversation.ts';
import { readMembership } from '../store/conversations.ts';
import { retrying } from '../store/retrying.ts';
import { accessConversation } from './conversation-access.ts';
import type { Deps } from './deps.ts';

export interface RemoveConversationInput {
  readonly id: string;
  readonly actingUserId: UserId | undefined;
}

/**
 * Removes a conversation that is not direct for everybody: its owner may, and a service that acts as itself; of a reply,
 * which nobody owns, that service alone.
 * @throws Failure `not_found`, `forbidden`, `unavailable`
 */
export async function removeConversation(
  { table }: Deps,
  principal: Principal,
  { id, actingUserId }: RemoveConversationInput,
): Promise<void> {
  const actorId = actingUserOrService(principal, actingUserId);
  await retrying(table, async () => {
    const found = await readMembership(table, principal.organization, id, actorId);
    const { conversation } = accessConversation(actorId, found);
    if (conversation.kind === 'direct') throw forbidden('A direct conversation cannot be removed');
    if (actorId !== undefined && actorId !== conversation.ownerId) {
      throw forbidden('Only its owner may remove a conversation');
    }
    return (await store.removeConversation(table, conversation)) || undefined;
  });
}
