import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import { type Profile, type ProfileDetails, requireOwnProfile } from '../domain/profile.ts';
import * as store from '../store/profiles.ts';
import type { Deps } from './deps.ts';

export interface PutProfileInput {
  readonly userId: UserId;
  readonly actingUserId: UserId | undefined;
  readonly details: ProfileDetails;
}

/**
 * Replaces a user's profile, or makes it. It stands until the claims in the user's tokens change.
 * @throws Failure `forbidden`, `unavailable`
 */
export async function putProfile(
  { table, now }: Deps,
  principal: Principal,
  { userId, actingUserId, details }: PutProfileInput,
): Promise<Profile> {
  requireOwnProfile(actingUserOrService(principal, actingUserId), userId);
  return store.putProfile(table, principal.organization, userId, details, now());
}
