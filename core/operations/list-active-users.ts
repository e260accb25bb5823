import * as z from 'zod/mini';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import { type Profile, unknownProfile } from '../domain/profile.ts';
import { isLive, userOwner } from '../domain/socket.ts';
import { readActiveUserIds } from '../store/active-owners.ts';
import { readProfiles } from '../store/profiles.ts';
import { readSockets } from '../store/sockets.ts';
import { decodeCursor, encodeCursor, endOf, type Page } from './cursor.ts';
import type { Deps } from './deps.ts';

export interface ListActiveUsersInput {
  readonly actingUserId: UserId | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
}

export interface ActiveUserPage extends Page {
  readonly users: readonly Profile[];
}

/** Where a page ended: at the last user on it. */
const Position = z.object({ id: z.guid() });

const listOf = (organization: string) => ['active users', organization];

/**
 * A page of the users of the caller's organization who have a socket open, in the order of their ids. Who is active all
 * the while appears on exactly one page.
 * @throws Failure `validation_failed`, `forbidden`, `unavailable`
 */
export async function listActiveUsers(
  deps: Deps,
  principal: Principal,
  { actingUserId, limit, cursor }: ListActiveUsersInput,
): Promise<ActiveUserPage> {
  actingUserOrService(principal, actingUserId);
  const { organization } = principal;
  const past = decodeCursor(listOf(organization), cursor, Position)?.id;
  const ids = await readActiveUserIds(deps.table, organization);
  return activeAmong(deps, organization, past === undefined ? ids : ids.filter((id) => id > past), limit);
}

/**
 * The first of some users who are active, as a page of that list.
 * @param ids in their order
 * @throws Failure `unavailable`
 */
export async function activeAmong(
  { table, now }: Deps,
  organization: string,
  ids: readonly UserId[],
  limit: number,
): Promise<ActiveUserPage> {
  const active: { readonly id: UserId; readonly since: number }[] = [];
  let looked = 0;
  // Whoever has lapsed is still in the index; seldom are there many.
  while (looked < ids.length && active.length < limit) {
    const some = ids.slice(looked, looked + limit);
    const owners = some.map((userId) => userOwner(organization, userId));
    const sockets = await readSockets(table, owners, { consistent: true });
    for (const [at, id] of some.entries()) {
      const open = sockets[at]?.find((socket) => isLive(socket, now()));
      if (open) active.push({ id, since: open.connectedAt });
    }
    looked += some.length;
  }
  const shown = active.slice(0, limit);
  const positions = shown.map(({ id }) => ({ id }));
  const profiles = await readProfiles(
    table,
    organization,
    shown.map(({ id }) => id),
  );
  const last = positions.at(-1);
  const isEnd = looked === ids.length && active.length === shown.length;
  return {
    users: shown.map(({ id, since }, at) => profiles[at] ?? unknownProfile(id, since)),
    ...endOf(listOf(organization), positions, last && !isEnd ? encodeCursor(listOf(organization), last) : undefined),
  };
}
