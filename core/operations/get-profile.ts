import { notFound } from '../domain/errors.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import type { Profile } from '../domain/profile.ts';
import { readProfile } from '../store/profiles.ts';
import type { Deps } from './deps.ts';

export interface GetProfileInput {
  readonly userId: UserId;
  readonly actingUserId: UserId | undefined;
}

/**
 * A user's profile, as everybody of the organization sees it.
 * @throws Failure `not_found`, `forbidden`, `unavailable`
 */
export async function getProfile(
  { table }: Deps,
  principal: Principal,
  { userId, actingUserId }: GetProfileInput,
): Promise<Profile> {
  actingUserOrService(principal, actingUserId);
  const profile = await readProfile(table, principal.organization, userId);
  if (!profile) throw notFound('User');
  return profile;
}
