import { unavailable } from '../domain/errors.ts';
import { readSockets } from '../store/sockets.ts';
import type { Table } from '../store/table.ts';
import type { Audience, Listener } from './audience.ts';
import { type Delivery, deliver } from './deliver.ts';
import type { RealtimeDeps } from './deps.ts';
import type { Telling } from './telling.ts';

/**
 * What is to be posted to which sockets, as those were a moment ago; lapsed ones included. One trip.
 * @throws Failure `unavailable`
 */
export async function deliveriesTo(
  table: Table,
  organization: string,
  listeners: readonly Listener[],
  telling: Telling,
): Promise<Delivery[]> {
  const told = listeners.flatMap((listener) => {
    const frames = telling(listener);
    return frames.length > 0 ? [{ owner: { organization, userId: listener.userId, isService: false }, frames }] : [];
  });
  const sockets = await readSockets(
    table,
    told.map(({ owner }) => owner),
  );
  return told.flatMap((to, at) => (sockets[at] ?? []).map((socket) => ({ ...to, socket })));
}

/** Sockets could not be reached. */
class Undelivered extends Error {
  override readonly name = 'Undelivered';
}

/** How often a post that fails is tried again. */
const RETRIES = 4;

/** A socket takes longer to open than a transaction to get out of the way: pauses begin with the third. */
const FIRST_PAUSE = 3;

/**
 * Tells an audience of something, page by page, as long as there is time. What was not taken is tried again, a few times,
 * once everybody else has heard.
 * @param to the connections that are to hear of it; undefined for all
 * @throws Failure `unavailable` when some socket may still be reached, but was not
 */
export async function tell(
  deps: RealtimeDeps,
  organization: string,
  audience: Audience,
  telling: Telling,
  to?: ReadonlySet<string>,
): Promise<void> {
  let missed: Delivery[] = [];
  for await (const listeners of audience) {
    const all = await deliveriesTo(deps.table, organization, listeners, telling);
    missed.push(...(await deliver(deps, to ? all.filter(({ socket }) => to.has(socket.connectionId)) : all)));
  }
  for (let retry = 0; missed.length > 0; retry += 1) {
    if (retry === RETRIES) throw unavailable(new Undelivered());
    await deps.table.pause(FIRST_PAUSE + retry);
    missed = await deliver(deps, missed);
  }
}
