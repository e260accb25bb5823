import { unavailable } from '../domain/errors.ts';
import { severalAtOnce } from '../store/batches.ts';
import { readSockets, removeSocket } from '../store/sockets.ts';
import type { Table } from '../store/table.ts';
import { type Delivery, deliver, type Missed } from './deliver.ts';
import type { RealtimeDeps } from './deps.ts';
import type { Publisher } from './publisher.ts';

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
 * either heard or is gone: many a client goes as soon as it has come, and nobody else is to hear twice for that. A socket
 * that takes nothing even then, as one whose client no longer reads, is ended: its client connects anew, and fills its gaps;
 * everybody else's news would wait for it otherwise.
 * @throws Failure `unavailable` when some socket could neither be reached nor ended: the gateway is in trouble
 */
export async function deliverMissed(deps: RealtimeDeps, deliveries: readonly Missed[]): Promise<void> {
  let missed = deliveries;
  for (let retry = 0; missed.length > 0; retry += 1) {
    const most = missed.every(({ isUnknown }) => isUnknown) ? OPENING_RETRIES : RETRIES;
    if (retry >= most) return endAll(deps, missed);
    await deps.table.pause(FIRST_PAUSE + retry);
    missed = await deliver(deps, await stillThere(deps.table, missed));
  }
}

/** Ends sockets that could not be reached; none that is opening still. */
async function endAll({ table, publisher }: RealtimeDeps, missed: readonly Missed[]): Promise<void> {
  await severalAtOnce(missed, async ({ owner, socket: { connectionId }, isUnknown }) => {
    if (isUnknown || !(await isClosed(publisher, connectionId))) throw unavailable(new Undelivered());
    await removeSocket(table, owner, connectionId);
  });
}

const isClosed = (publisher: Publisher, connectionId: string): Promise<boolean> =>
  publisher.close(connectionId).then(
    () => true,
    () => false,
  );

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
