import { requireAccess } from '../domain/access.ts';
import type { ConversationDetail } from '../domain/conversation.ts';
import { notFound } from '../domain/errors.ts';
import type { Participant } from '../domain/participant.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import { type FoundConversation, readConversation } from '../store/conversations.ts';
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

/** What is known of a conversation: what was read, or was just made. */
type Shown = Omit<FoundConversation, 'own'> & { readonly own: Participant | undefined };

/**
 * What was read of a conversation, for `viewer`, who is undefined for a service that acts as itself.
 * @throws Failure `not_found`, `forbidden`
 */
export function asSeenBy(viewer: UserId | undefined, found: Shown | undefined): ConversationDetail {
  if (!found) throw notFound('Conversation');
  requireAccess(viewer, found.own);
  return { ...found.conversation, participants: found.roster ?? (found.own ? [found.own] : []) };
}
