import { requireAdmin } from '../domain/access.ts';
import { forbidden } from '../domain/errors.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import { type ConversationParticipant, changeMembership } from './change-membership.ts';
import type { Deps } from './deps.ts';
import { leaving } from './leave-conversation.ts';

export interface RemoveParticipantInput {
  readonly conversationId: string;
  readonly userId: UserId;
  readonly actingUserId: UserId | undefined;
}

/**
 * Removes a participant from a group. Removing oneself is leaving, and so allowed to everybody and everywhere.
 * @throws Failure `not_found` (also where the user does not take part), `forbidden` (no admin, or direct),
 *   `conflict` (global, or a reply), `unavailable`
 */
export async function removeParticipant(
  deps: Deps,
  principal: Principal,
  { conversationId, userId, actingUserId }: RemoveParticipantInput,
): Promise<ConversationParticipant> {
  const actorId = actingUserOrService(principal, actingUserId);
  const request = { organization: principal.organization, conversationId, userId, actorId, departs: true };
  return changeMembership(deps, request, (standing, now) => {
    if (actorId !== userId) {
      if (standing.conversation.kind === 'direct') {
        throw forbidden('A participant of a direct conversation cannot be removed');
      }
      requireAdmin(actorId, standing.actor);
    }
    return leaving(standing, now);
  });
}
