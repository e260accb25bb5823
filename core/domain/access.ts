import { type Conversation, hasParticipants } from './conversation.ts';
import { type Failure, forbidden } from './errors.ts';
import type { Participant } from './participant.ts';
import { decidesForAll, type Principal, type UserId } from './principal.ts';

export const notParticipant = (): Failure => forbidden('Not a participant of this conversation', 'not_participant');

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
 * Whether a user's list is to show a conversation, which the index may still hold when the user has just left it.
 * @param participants who takes part, as far as is known; the user in any case
 */
export const isListed = (
  conversation: Pick<Conversation, 'kind'>,
  participants: readonly Participant[],
  user: UserId,
): boolean =>
  !hasParticipants(conversation) || participants.some(({ userId, leftAt }) => userId === user && leftAt === null);

const notAdmin = (): Failure => forbidden('Only an admin may do that');

/**
 * Lets admins of a group pass, and a service that acts as itself.
 * @throws Failure `forbidden`
 */
export function requireAdmin(actor: UserId | undefined, own: Participant | undefined): void {
  requireAccess(actor, own);
  if (actor !== undefined && own?.role !== 'admin') throw notAdmin();
}

/** What decides over what somebody may do in a conversation. */
export interface Access {
  /** The conversation whose participants take part in it: itself, or of a reply its parent. */
  readonly host: Conversation;
  /** The part that somebody has there; undefined for who has none. */
  readonly own: Participant | undefined;
}

/** Whether somebody has an admin's rights: the host's admins, a service that acts as itself, in a global one super admins. */
export const administers = (principal: Principal, actor: UserId | undefined, { host, own }: Access): boolean =>
  actor === undefined || own?.role === 'admin' || (host.kind === 'global' && decidesForAll(principal, actor));

/**
 * Lets pass who may rename and archive a conversation: who administers it, and where nobody does, between two, either.
 * @throws Failure `forbidden`
 */
export function requireKeeper(principal: Principal, actor: UserId | undefined, access: Access): void {
  if (access.host.kind !== 'direct' && !administers(principal, actor, access)) throw notAdmin();
}
