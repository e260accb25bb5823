import { type Failure, forbidden } from './errors.ts';
import type { Participant } from './participant.ts';
import type { UserId } from './principal.ts';

export const notParticipant = (): Failure => forbidden('Not a participant of this conversation');

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
