import { requireAdmin } from '../domain/access.ts';
import { conflict } from '../domain/errors.ts';
import { join } from '../domain/membership.ts';
import type { Role } from '../domain/participant.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
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
  return changeMembership(
    deps,
    { organization: principal.organization, conversationId, userId, actorId, departs: false },
    ({ conversation, actor, target }, now) => {
      if (conversation.kind === 'direct') throw conflict('A direct conversation takes no third participant');
      requireAdmin(actorId, actor);
      if (target?.leftAt === null) throw conflict('The user is a participant already');
      return join(conversation, userId, role, now);
    },
    idempotencyKey(principal, `add-participant#${conversationId}`, actorId, key, [userId, role]),
  );
}
