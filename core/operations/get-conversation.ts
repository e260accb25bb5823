import type { ConversationDetail } from '../domain/conversation.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import { readConversation } from '../store/conversations.ts';
import { asSeenBy } from './conversation-access.ts';
import type { Deps } from './deps.ts';

export interface GetConversationInput {
  readonly id: string;
  readonly actingUserId: UserId | undefined;
}

/**
 * One conversation with its participants, as an active participant or a service sees it.
 * @throws Failure `not_found`, `forbidden`, `unavailable`
 */
export async function getConversation(
  { table }: Deps,
  principal: Principal,
  { id, actingUserId }: GetConversationInput,
): Promise<ConversationDetail> {
  const viewer = actingUserOrService(principal, actingUserId);
  return asSeenBy(viewer, await readConversation(table, principal.organization, id, viewer));
}
