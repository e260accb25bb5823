import { isLive, type Socket, type SocketOwner } from '../domain/socket.ts';
import { readOwners } from '../store/active-owners.ts';
import { severalAtOnce } from '../store/batches.ts';
import { activeShards } from '../store/keys.ts';
import { readSockets, removeEmpty, removeSocket } from '../store/sockets.ts';
import type { RealtimeDeps } from './deps.ts';

/** What a sweep has done. */
export interface Swept {
  /** How many users and services it looked at. */
  readonly owners: number;
  /** How many sockets it has closed. */
  readonly closed: number;
  /** What went wrong; the next sweep does that again. */
  readonly failures: readonly unknown[];
}

/** A sweep is done each minute. */
const MINUTE_MS = 60_000;

/**
 * Ends the sockets that have lapsed, by their lease or their token: takes them from their owner's, unless they were renewed
 * meanwhile, and closes them. What fails stops nothing else. Each minute's begins with another shard of owners, so that what
 * one has no time for, one of the next has.
 */
export async function sweepSockets(deps: RealtimeDeps): Promise<Swept> {
  const { table, now } = deps;
  const failures: unknown[] = [];
  let owners = 0;
  let closed = 0;
  const attempt = async (work: () => Promise<void>) => {
    // What is not begun has not failed.
    if (table.signal?.aborted) return;
    await work().catch((error: unknown) => failures.push(error));
  };
  const sweepShard = async (shard: number) => {
    const found = await readOwners(table, shard);
    const sockets = await readSockets(table, found);
    owners += found.length;
    const works = found.flatMap((owner, at) => worksFor(owner, sockets[at] ?? []));
    await severalAtOnce(works, attempt);
  };
  const worksFor = (owner: SocketOwner, sockets: readonly Socket[]): (() => Promise<void>)[] => {
    // Whoever removed its last socket may have failed to remove the item.
    if (sockets.length === 0) return [() => removeEmpty(table, owner)];
    return sockets
      .filter((socket) => !isLive(socket, now()))
      .map((socket) => async () => {
        if (await end(deps, owner, socket)) closed += 1;
      });
  };

  const first = Math.floor(now() / MINUTE_MS) % activeShards.length;
  for (const shard of [...activeShards.slice(first), ...activeShards.slice(0, first)]) {
    await attempt(() => sweepShard(shard));
  }
  return { owners, closed, failures };
}

/** Ends one socket, as it was read. Whether it is closed: one that has been renewed stays. */
async function end({ table, publisher }: RealtimeDeps, owner: SocketOwner, socket: Socket): Promise<boolean> {
  const { connectionId } = socket;
  if (!(await removeSocket(table, owner, connectionId, socket))) {
    const [left = []] = await readSockets(table, [owner], { consistent: true });
    if (left.some((other) => other.connectionId === connectionId)) return false;
  }
  await publisher.close(connectionId);
  return true;
}
