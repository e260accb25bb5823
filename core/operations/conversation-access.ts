import { requireAccess } from '../domain/access.ts';
import type { ConversationDetail } from '../domain/conversation.ts';
import { notFound } from '../domain/errors.ts';
import type { Participant } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import type { FoundConversation } from '../store/conversations.ts';

/**
 * What was found of a conversation, for who may read it.
 * @param viewer undefined for a service that acts as itself
 * @throws Failure `not_found`, `forbidden`
 */
export function accessConversation<Found extends { readonly own: Participant | undefined }>(
  viewer: UserId | undefined,
  found: Found | undefined,
): Found {
  if (!found) throw notFound('Conversation');
  requireAccess(viewer, found.own);
  return found;
}

/** What is known of a conversation: what was read, or was just made. */
type Shown = Omit<FoundConversation, 'own'> & { readonly own: Participant | undefined };

/**
 * A conversation as it is shown to who may read it.
 * @param viewer undefined for a service that acts as itself
 * @throws Failure `not_found`, `forbidden`
 */
export function asSeenBy(viewer: UserId | undefined, found: Shown | undefined): ConversationDetail {
  const { conversation, roster, own } = accessConversation(viewer, found);
  return { ...conversation, participants: roster ?? (own ? [own] : []) };
}
