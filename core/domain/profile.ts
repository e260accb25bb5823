import { forbidden } from './errors.ts';
import type { UserId } from './principal.ts';

/** What a user may show; null for what it does not. */
export interface ProfileDetails {
  readonly name: string | null;
  readonly email: string | null;
  readonly avatarUrl: string | null;
}

/** What others of the organization see of a user. */
export interface Profile extends ProfileDetails {
  readonly id: UserId;
  /** When the user was first seen or spoken of, in Unix milliseconds. */
  readonly createdAt: number;
}

/** What is shown of a user of whom nothing is known but that it was there, at a time in Unix milliseconds. */
export const unknownProfile = (id: UserId, createdAt: number): Profile => ({
  id,
  name: null,
  email: null,
  avatarUrl: null,
  createdAt,
});

/** What a token tells of its user. */
export interface ProfileClaims extends ProfileDetails {
  /** When the token was issued, in Unix seconds; 0 if it does not say. */
  readonly issuedAt: number;
}

/**
 * Lets users change their own profile, and a service that acts as itself any of its organization.
 * @param actor who wants to; undefined for such a service
 * @throws Failure `forbidden`
 */
export function requireOwnProfile(actor: UserId | undefined, userId: UserId): void {
  if (actor !== undefined && actor !== userId) throw forbidden('A user changes no profile but its own');
}
