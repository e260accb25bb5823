import { requireAdmin } from '../domain/access.ts';
import { conflict, notFound } from '../domain/errors.ts';
import { demote, promote } from '../domain/membership.ts';
import type { Role } from '../domain/participant.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import { type ConversationParticipant, changeMembership } from './change-membership.ts';
import type { Deps } from './deps.ts';

export interface ChangeRoleInput {
  readonly conversationId: string;
  readonly userId: UserId;
  readonly role: Role;
  readonly actingUserId: UserId | undefined;
}

/**
 * Makes a participant of a group an admin, or a member. Of the last admin's going see `demote`.
 * @throws Failure `not_found` (also where the user does not take part), `forbidden` (no admin), `conflict` (no group, or
 *   nobody else could be the admin), `unavailable`
 */
export async function changeRole(
  deps: Deps,
  principal: Principal,
  { conversationId, userId, role, actingUserId }: ChangeRoleInput,
): Promise<ConversationParticipant> {
  const actorId = actingUserOrService(principal, actingUserId);
  const { organization } = principal;
  return changeMembership(
    deps,
    { organization, conversationId, userId, actorId, departs: role === 'member' },
    ({ conversation, actor, target, everybody }) => {
      if (conversation.kind === 'direct') throw conflict('A direct conversation has no admins');
      requireAdmin(actorId, actor);
      if (target?.leftAt !== null) throw notFound('Participant');
      if (target.role === role) return undefined;
      if (role === 'admin') return promote(conversation, target);
      if (conversation.participantCount === 1) throw conflict('The only participant of a group is its admin');
      return demote(conversation, target, everybody);
    },
  );
}
