import { actingUser, type Principal } from '../domain/principal.ts';
import { removeConversation } from '../store/change-conversation.ts';
import { readMembership } from '../store/conversations.ts';
import { retrying } from '../store/retrying.ts';
import { changeMembership } from './change-membership.ts';
import { accessConversation } from './conversation-access.ts';
import type { Deps } from './deps.ts';
import { type LeaveConversationInput, leaving } from './leave-conversation.ts';

/**
 * Leaves a conversation; when its owner leaves, it is removed for everybody. Whoever becomes its owner meanwhile, or ceases
 * to be, is treated as what they are in the end.
 * @throws Failure `validation_failed`, `not_found`, `forbidden`, `conflict` (global, or a reply), `unavailable`
 */
export async function leaveOrRemoveConversation(
  deps: Deps,
  principal: Principal,
  { conversationId, actingUserId }: LeaveConversationInput,
): Promise<void> {
  const userId = actingUser(principal, actingUserId, 'userId');
  const { organization } = principal;
  await retrying(deps.table, async () => {
    const { participant } = await changeMembership(
      deps,
      { organization, conversationId, userId, actorId: userId, departs: true },
      (standing, now) => (standing.conversation.ownerId === userId ? undefined : leaving(standing, now)),
    );
    if (participant.leftAt !== null) return 'left';
    const found = await readMembership(deps.table, organization, conversationId, userId);
    const { conversation } = accessConversation(userId, found);
    if (conversation.ownerId !== userId) return undefined;
    return (await removeConversation(deps.table, conversation)) ? 'removed' : undefined;
  });
}
