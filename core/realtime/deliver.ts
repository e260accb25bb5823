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

/** So many posts are under way at once: as many connections as the client keeps open to the gateway. */
const MOST_AT_ONCE = 50;

/**
 * Posts to sockets, many at once. Those that have lapsed are passed over; one that is gone is taken from its owner's, alone,
 * unless it is so new that the gateway may not know it yet.
 * @returns the deliveries that were not made, and are worth another attempt
 */
export async function deliver(deps: RealtimeDeps, deliveries: readonly Delivery[]): Promise<Delivery[]> {
  const waiting = deliveries.filter(({ socket }) => isLive(socket, deps.now()));
  const missed: Delivery[] = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      if (!(await deliverOne(deps, next))) missed.push(next);
    }
  };
  await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, waiting.length) }, worker));
  return missed;
}

/** Whether there is nothing left to do about a delivery. */
async function deliverOne({ table, publisher, now }: RealtimeDeps, { owner, socket, frames }: Delivery) {
  for (const frame of frames) {
    const posted = await publisher.post(socket.connectionId, frame);
    if (posted === 'gone' && !isOpening(socket, now())) {
      // Where this fails, the next post finds out again, or the sweeper does.
      await removeSocket(table, owner, socket.connectionId).catch(() => {});
      return true;
    }
    if (posted !== 'posted') return false;
  }
  return true;
}
