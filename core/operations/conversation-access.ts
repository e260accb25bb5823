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

/** A conversation that was read, or just made, as it is shown: of a large one the viewer alone. */
export const detailOf = ({
  conversation,
  roster,
  own,
}: Pick<FoundConversation, 'conversation' | 'roster'> & {
  readonly own: Participant | undefined;
}): ConversationDetail => ({ ...conversation, participants: roster ?? (own ? [own] : []) });

/**
 * A conversation that was read, for who may read it.
 * @param viewer undefined for a service that acts as itself
 * @throws Failure `not_found`, `forbidden`
 */
export const asSeenBy = (viewer: UserId | undefined, found: FoundConversation | undefined): ConversationDetail =>
  detailOf(accessConversation(viewer, found));
