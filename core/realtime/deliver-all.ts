import { unavailable } from '../domain/errors.ts';
import { readSockets } from '../store/sockets.ts';
import type { Table } from '../store/table.ts';
import { type Delivery, deliver, type Missed } from './deliver.ts';
import type { RealtimeDeps } from './deps.ts';

/** Sockets could not be reached. */
class Undelivered extends Error {
  override readonly name = 'Undelivered';
}

/** How often what was not taken is tried again. */
const RETRIES = 4;

/** How often for a socket that has just opened, and that the gateway may not know yet: enough to outlast that. */
const OPENING_RETRIES = 80;

/** A socket takes longer to open than a transaction to get out of the way: pauses begin with the third. */
const FIRST_PAUSE = 3;

/**
 * Posts to sockets until all have heard, or are gone: what is not taken at first is tried again.
 * @throws Failure `unavailable` when some socket may still be reached, but was not
 */
export const deliverAll = async (deps: RealtimeDeps, deliveries: readonly Delivery[]): Promise<void> =>
  deliverMissed(deps, await deliver(deps, deliveries));

/**
 * Tries again what was not taken, a few times, as long as its sockets are still there. To one that opens, until it has
 * either heard or is gone: many a client goes as soon as it has come, and nobody else is to hear twice for that.
 * @throws Failure `unavailable` when some socket may still be reached, but was not
 */
export async function deliverMissed(deps: RealtimeDeps, deliveries: readonly Missed[]): Promise<void> {
  let missed = deliveries;
  for (let retry = 0; missed.length > 0; retry += 1) {
    const most = missed.every(({ isUnknown }) => isUnknown) ? OPENING_RETRIES : RETRIES;
    if (retry >= most) throw unavailable(new Undelivered());
    await deps.table.pause(FIRST_PAUSE + retry);
    missed = await deliver(deps, await stillThere(deps.table, missed));
  }
}

/** Those whose sockets are still their owners', as they are now. */
async function stillThere(table: Table, deliveries: readonly Delivery[]): Promise<Delivery[]> {
  const sockets = await readSockets(
    table,
    deliveries.map(({ owner }) => owner),
    { consistent: true },
  );
  return deliveries.flatMap((delivery, at) => {
    const socket = sockets[at]?.find(({ connectionId }) => connectionId === delivery.socket.connectionId);
    return socket ? [{ ...delivery, socket }] : [];
  });
}
