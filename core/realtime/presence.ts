import { limits } from '../contract/limits.ts';
import { connectedFrames, disconnectedFrames, welcomeFrame } from '../dialects/live/presence.ts';
import type { UserId } from '../domain/principal.ts';
import { type Profile, unknownProfile } from '../domain/profile.ts';
import { isActive, isLive, type Socket, type SocketOwner, userOwner } from '../domain/socket.ts';
import { activeAmong } from '../operations/list-active-users.ts';
import { listUnreadConversations } from '../operations/list-unread-conversations.ts';
import { readActiveUserIds } from '../store/active-owners.ts';
import { readProfiles } from '../store/profiles.ts';
import { readSockets, type SocketsChange, socketsChangeFrom } from '../store/sockets.ts';
import type { Table } from '../store/table.ts';
import { deliverAll } from './deliver-all.ts';
import type { RealtimeDeps } from './deps.ts';
import type { ItemRecord, Progress } from './records.ts';

/**
 * Tells sockets who has come and gone: the new ones get a welcome; all of an organization hear whose first socket has
 * opened, and whose last one has gone, of many users at once; a further socket of a user hears of that alone. What is told is
 * how things stand now; of what is no longer so, nothing is. Services come and go unnoticed.
 *
 * May be called late and repeatedly: then it says the same again.
 */
export async function tellPresence(deps: RealtimeDeps, records: readonly ItemRecord[]): Promise<Progress> {
  const changes: { readonly at: number; readonly change: SocketsChange }[] = [];
  let progress: Progress = { done: records.length };
  for (const [at, { before, after }] of records.entries()) {
    try {
      const change = socketsChangeFrom(before, after);
      if (change && !change.owner.isService) changes.push({ at, change });
    } catch (error) {
      progress = { done: at, error };
      break;
    }
  }
  const organizations = Map.groupBy(changes, ({ change }) => change.owner.organization);
  const telling = [...organizations].map(async ([organization, some]) => {
    try {
      await tellOrganization(
        deps,
        organization,
        some.map(({ change }) => change),
      );
    } catch (error) {
      const done = some[0]?.at ?? 0;
      if (done < progress.done) progress = { done, error };
    }
  });
  await Promise.all(telling);
  return progress;
}

/** Tells the sockets of one organization what has changed in it. */
async function tellOrganization(
  deps: RealtimeDeps,
  organization: string,
  changes: readonly SocketsChange[],
): Promise<void> {
  const { table } = deps;
  const own = await socketsOf(table, ownersOf(organization, idsIn(changes)), { consistent: true });
  const socketsNow = (id: UserId) => own.get(id) ?? [];
  const now = deps.now();

  const connected = idsIn(changes.filter(hasConnected)).filter((id) => isActive(socketsNow(id), now));
  // Of who has another one, even if that has lapsed, others hear when it has gone too.
  const disconnected = idsIn(changes.filter(hasDisconnected)).filter((id) => socketsNow(id).length === 0);
  const opened = new Set(changes.flatMap(openedIn).map(({ connectionId }) => connectionId));
  const isNew = (socket: Socket) => opened.has(socket.connectionId) && isLive(socket, now);
  const newcomers = idsIn(changes).filter((id) => socketsNow(id).some(isNew));
  const concerned = [...new Set([...newcomers, ...connected, ...disconnected])];
  if (concerned.length === 0) return;

  const [known, profiles] = await Promise.all([
    readActiveUserIds(table, organization),
    readProfiles(table, organization, concerned),
  ]);
  const profileOf = (id: UserId): Profile => profiles[concerned.indexOf(id)] ?? unknownProfile(id, now);
  // The index may not know yet who has just come.
  const active = [...new Set([...known, ...own.keys()])].sort();
  const toAll = [
    ...connectedFrames(connected.map(profileOf), now),
    ...disconnectedFrames(disconnected.map(profileOf), now),
  ];
  const others = toAll.length === 0 ? [] : active.filter((id) => !own.has(id));
  const [welcomes, audience] = await Promise.all([
    welcomesFor(deps, organization, newcomers.map(profileOf), active),
    socketsOf(table, ownersOf(organization, others)),
  ]);

  const framesFor = (id: UserId, socket: Socket): readonly string[] => {
    if (!isNew(socket)) return toAll;
    const alone = connected.includes(id) ? [] : connectedFrames([profileOf(id)], now);
    return [...(welcomes.get(id) ?? []), ...alone, ...toAll];
  };
  const deliveries = [...own, ...audience].flatMap(([userId, sockets]) =>
    sockets.map((socket) => ({ owner: userOwner(organization, userId), socket, frames: framesFor(userId, socket) })),
  );
  await deliverAll(deps, deliveries);
}

const idsIn = (changes: readonly SocketsChange[]): UserId[] => [...new Set(changes.map(({ owner }) => owner.userId))];

const openedIn = ({ before, after }: SocketsChange): Socket[] =>
  after.filter(({ connectionId }) => before.every((socket) => socket.connectionId !== connectionId));

/** Whether a change made a user active: a socket that had lapsed by then does not count. */
const hasConnected = (change: SocketsChange): boolean =>
  openedIn(change).some(({ connectedAt }) => !isActive(change.before, connectedAt));

const hasDisconnected = ({ before, after }: SocketsChange): boolean => before.length > 0 && after.length === 0;

const ownersOf = (organization: string, ids: readonly UserId[]): SocketOwner[] =>
  ids.map((userId) => userOwner(organization, userId));

async function socketsOf(
  table: Table,
  owners: readonly SocketOwner[],
  options?: { consistent: boolean },
): Promise<Map<UserId, readonly Socket[]>> {
  const sockets = await readSockets(table, owners, options);
  return new Map(owners.map(({ userId }, at) => [userId, sockets[at] ?? []]));
}

/**
 * The welcomes of users, by their ids: what each of them finds, read after its socket was counted. Whatever is written from
 * then on it hears.
 * @param active the ids of those who may be active, in their order
 */
async function welcomesFor(
  deps: RealtimeDeps,
  organization: string,
  users: readonly Profile[],
  active: readonly UserId[],
): Promise<Map<UserId, readonly string[]>> {
  if (users.length === 0) return new Map();
  const page = activeAmong(deps, organization, active, limits.welcomeUsers);
  const welcomes = users.map(async (user): Promise<[UserId, string[]]> => {
    const conversations = await listUnreadConversations(
      deps,
      { organization, subject: user.id, isService: false, isSuperAdmin: false },
      { actingUserId: undefined, limit: limits.welcomeConversations, cursor: undefined },
    );
    return [user.id, [welcomeFrame({ user, active: await page, conversations }, deps.now())]];
  });
  return new Map(await Promise.all(welcomes));
}
