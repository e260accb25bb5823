import { notFound } from '../domain/errors.ts';
import { leave, type MembershipChange } from '../domain/membership.ts';
import { actingUser, type Principal, type UserId } from '../domain/principal.ts';
import type { Standing } from '../store/membership.ts';
import { type ConversationParticipant, changeMembership } from './change-membership.ts';
import type { Deps } from './deps.ts';

export interface LeaveConversationInput {
  readonly conversationId: string;
  readonly actingUserId: UserId | undefined;
}

/**
 * Leaves a conversation, which stays even when nobody is left in it.
 * @throws Failure `validation_failed`, `not_found`, `forbidden`, `conflict` (global, or a reply), `unavailable`
 */
export async function leaveConversation(
  deps: Deps,
  principal: Principal,
  { conversationId, actingUserId }: LeaveConversationInput,
): Promise<ConversationParticipant> {
  const userId = actingUser(principal, actingUserId, 'userId');
  const { organization } = principal;
  return changeMembership(deps, { organization, conversationId, userId, actorId: userId, departs: true }, leaving);
}

/**
 * That the target leaves.
 * @throws Failure `not_found` if it does not take part
 */
export function leaving({ conversation, target, everybody }: Standing, now: number): MembershipChange {
  if (target?.leftAt !== null) throw notFound('Participant');
  return leave(conversation, target, everybody, now);
}
