import * as z from 'zod/mini';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import type { Profile } from '../domain/profile.ts';
import { readDirectory } from '../store/profiles.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Deps } from './deps.ts';

export interface ListProfilesInput {
  readonly actingUserId: UserId | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
}

export interface ProfilePage {
  readonly profiles: readonly Profile[];
  /** The cursor of the next page, if there is one. */
  readonly next: string | undefined;
}

/** Where a page ended: at the last user on it. */
const Position = z.object({ id: z.guid() });

/**
 * A page of the directory of the caller's organization: everybody who was seen or spoken of, in the order of their ids.
 * @throws Failure `validation_failed`, `forbidden`, `unavailable`
 */
export async function listProfiles(
  { table }: Deps,
  principal: Principal,
  { actingUserId, limit, cursor }: ListProfilesInput,
): Promise<ProfilePage> {
  actingUserOrService(principal, actingUserId);
  const list = ['profiles', principal.organization];
  const past = decodeCursor(list, cursor, Position)?.id;
  const { profiles, last } = await readDirectory(table, principal.organization, past, limit);
  return { profiles, next: last === undefined ? undefined : encodeCursor(list, { id: last }) };
}
