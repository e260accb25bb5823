import { type Failure, forbidden } from './errors.ts';
import type { Participant } from './participant.ts';
import type { UserId } from './principal.ts';

export const notParticipant = (): Failure => forbidden('Not a participant of this conversation');

/**
 * Lets active participants pass.
 * @param own the user's part in the conversation, if there is one
 * @throws Failure `forbidden`
 */
export function requireParticipant<Part extends Participant>(own: Part | undefined): Part {
  if (own?.leftAt !== null) throw notParticipant();
  return own;
}

/**
 * Lets active participants pass, and a service that acts as itself: it administers its organization.
 * @param viewer who wants to read; undefined for such a service
 * @param own the viewer's part in the conversation, if there is one
 * @throws Failure `forbidden`
 */
export function requireAccess(viewer: UserId | undefined, own: Participant | undefined): void {
  if (viewer !== undefined) requireParticipant(own);
}

/**
 * Lets admins pass among those who have access, and a service that acts as itself.
 * @throws Failure `forbidden`
 */
export function requireAdmin(actor: UserId | undefined, own: Participant | undefined): void {
  if (actor !== undefined && requireParticipant(own).role !== 'admin') throw forbidden('Only an admin may do that');
}
