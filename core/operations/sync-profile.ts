import type { Principal } from '../domain/principal.ts';
import type { ProfileClaims } from '../domain/profile.ts';
import { applyClaims, claimsChanged } from '../store/profiles.ts';
import type { Deps } from './deps.ts';

/**
 * Keeps what a token tells of its user: the first time the user is seen, and when the claims are others than last time. A
 * profile that was put in between stands; an older token changes nothing. A service has no profile.
 * @throws Failure `unavailable`
 */
export async function syncProfile(
  { table, now }: Deps,
  { organization, subject, isService }: Principal,
  profileClaims: ProfileClaims,
): Promise<void> {
  if (isService) return;
  const seenAt = now();
  // A token from the future would keep out all that come before then.
  const told = { ...profileClaims, issuedAt: Math.min(profileClaims.issuedAt, Math.floor(seenAt / 1000)) };
  if (await claimsChanged(table, organization, subject, told))
    await applyClaims(table, organization, subject, told, seenAt);
}
