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
 * Whether somebody may read a conversation: an active participant, or a service that acts as itself, as it administers
 * its organization.
 * @param viewer undefined for such a service
 * @param own the viewer's part in the conversation, if there is one
 */
export const mayRead = (viewer: UserId | undefined, own: Participant | undefined): boolean =>
  viewer === undefined || own?.leftAt === null;

/**
 * Lets pass who may read, by `mayRead`.
 * @throws Failure `forbidden`
 */
export function requireAccess(viewer: UserId | undefined, own: Participant | undefined): void {
  if (!mayRead(viewer, own)) throw notParticipant();
}

/**
 * Lets admins pass, and a service that acts as itself.
 * @throws Failure `forbidden`
 */
export function requireAdmin(actor: UserId | undefined, own: Participant | undefined): void {
  requireAccess(actor, own);
  if (actor !== undefined && own?.role !== 'admin') throw forbidden('Only an admin may do that');
}
