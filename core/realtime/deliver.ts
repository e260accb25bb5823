import { isLive, isOpening, type Socket, type SocketOwner } from '../domain/socket.ts';
import { removeSocket } from '../store/sockets.ts';
import type { RealtimeDeps } from './deps.ts';

/** What one socket is to hear. */
export interface Delivery {
  readonly owner: SocketOwner;
  readonly socket: Socket;
  /** Frames as text, in their order. */
  readonly frames: readonly string[];
}

/** What was not posted, with the frames that are left. */
export interface Missed extends Delivery {
  /** Whether the gateway does not know the socket, which has just opened. */
  readonly isUnknown: boolean;
}

/** So many posts are under way at once: as many connections as the client keeps open to the gateway. */
const MOST_AT_ONCE = 50;

/**
 * Posts to sockets, many at once. Those that have lapsed are passed over; one that is gone is taken from its owner's, alone,
 * unless it is so new that the gateway may not know it yet.
 * @returns what was not posted, and is worth another attempt
 * @throws the reason of the table's signal once that is aborted: nothing more is begun then
 */
export async function deliver(deps: RealtimeDeps, deliveries: readonly Delivery[]): Promise<Missed[]> {
  const waiting = deliveries.filter(({ socket }) => isLive(socket, deps.now()));
  const missed: Missed[] = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      deps.table.signal?.throwIfAborted();
      const left = await postAll(deps, next);
      if (left) missed.push(left);
    }
  };
  await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, waiting.length) }, worker));
  return missed;
}

/** Posts the frames of one delivery in their order, and tells what is left to be posted, if anything is. */
async function postAll({ table, publisher, now }: RealtimeDeps, delivery: Delivery): Promise<Missed | undefined> {
  const { owner, socket, frames } = delivery;
  for (const [at, frame] of frames.entries()) {
    const posted = await publisher.post(socket.connectionId, frame);
    if (posted === 'gone' && !isOpening(socket, now())) {
      // Where this fails, the next post finds out again, or the sweeper does.
      await removeSocket(table, owner, socket.connectionId).catch(() => {});
      return undefined;
    }
    if (posted !== 'posted') return { ...delivery, frames: frames.slice(at), isUnknown: posted === 'gone' };
  }
  return undefined;
}
