import { type Failure, forbidden } from './errors.ts';
import type { Participant } from './participant.ts';
import type { UserId } from './principal.ts';

export const notParticipant = (): Failure => forbidden('Not a participant of this conversation');

/**
 * Lets active participants pass, and a service that acts as itself: it administers its organization.
 * @param viewer who wants to read; undefined for such a service
 * @param own the viewer's part in the conversation, if there is one
 * @throws Failure `forbidden`
 */
export function requireAccess(viewer: UserId | undefined, own: Participant | undefined): void {
  if (viewer !== undefined && own?.leftAt !== null) throw notParticipant();
}
