import type { Participant, Role } from '../domain/participant.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import { admission } from './add-participant.ts';
import { changeMembership } from './change-membership.ts';
import type { Deps } from './deps.ts';

export interface InviteToConversationInput {
  readonly conversationId: string;
  readonly userIds: readonly UserId[];
  readonly role: Role;
  readonly actingUserId: UserId | undefined;
}

export interface Invited {
  readonly conversationId: string;
  /** All who were named, in their order. */
  readonly participants: readonly Participant[];
}

/**
 * Adds users to a group, one after the other, and passes over those who take part already, whatever their role. When it
 * fails those added so far stay, and the same again adds the rest.
 * @throws Failure `not_found`, `forbidden` (no admin), `conflict` (no group), `unavailable`
 */
export async function inviteToConversation(
  deps: Deps,
  principal: Principal,
  { conversationId, userIds, role, actingUserId }: InviteToConversationInput,
): Promise<Invited> {
  const actorId = actingUserOrService(principal, actingUserId);
  const { organization } = principal;
  const participants: Participant[] = [];
  for (const userId of userIds) {
    const { participant } = await changeMembership(
      deps,
      { organization, conversationId, userId, actorId, departs: false },
      admission(actorId, userId, role),
    );
    participants.push(participant);
  }
  return { conversationId, participants };
}
