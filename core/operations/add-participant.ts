import { requireAdmin } from '../domain/access.ts';
import { conflict } from '../domain/errors.ts';
import { join, type MembershipChange } from '../domain/membership.ts';
import type { Role } from '../domain/participant.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import type { Standing } from '../store/membership.ts';
import { type ConversationParticipant, changeMembership } from './change-membership.ts';
import type { Deps } from './deps.ts';
import { idempotencyKey } from './idempotency.ts';

export interface AddParticipantInput {
  readonly conversationId: string;
  readonly userId: UserId;
  readonly role: Role;
  readonly actingUserId: UserId | undefined;
  readonly idempotencyKey: string | undefined;
}

/**
 * Adds a user to a group, who may have left it before. The same request again under the same idempotency key gets the
 * first answer again.
 * @throws Failure `not_found`, `forbidden` (no admin), `conflict` (no group, a participant already, or the key stands for
 *   another request), `unavailable`
 */
export async function addParticipant(
  deps: Deps,
  principal: Principal,
  { conversationId, userId, role, actingUserId, idempotencyKey: key }: AddParticipantInput,
): Promise<ConversationParticipant> {
  const actorId = actingUserOrService(principal, actingUserId);
  const admit = admission(actorId, userId, role);
  return changeMembership(
    deps,
    { organization: principal.organization, conversationId, userId, actorId, departs: false },
    (standing, now) => {
      const change = admit(standing, now);
      if (!change) throw conflict('The user is a participant already');
      return change;
    },
    idempotencyKey(principal, `add-participant#${conversationId}`, actorId, key, [userId, role]),
  );
}

/**
 * That an actor adds a user; nothing where the user takes part already.
 * @param actorId undefined for a service that acts as itself
 */
export const admission =
  (actorId: UserId | undefined, userId: UserId, role: Role) =>
  ({ conversation, actor, target }: Standing, now: number): MembershipChange | undefined => {
    if (conversation.kind === 'direct') throw conflict('A direct conversation takes no third participant');
    requireAdmin(actorId, actor);
    return target?.leftAt === null ? undefined : join(conversation, userId, role, now);
  };
