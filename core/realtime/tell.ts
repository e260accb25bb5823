import { userOwner } from '../domain/socket.ts';
import { readSockets } from '../store/sockets.ts';
import type { Table } from '../store/table.ts';
import type { Audience, Listener } from './audience.ts';
import { type Delivery, deliver, type Missed } from './deliver.ts';
import { deliverMissed } from './deliver-all.ts';
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
    return frames.length > 0 ? [{ owner: userOwner(organization, listener.userId), frames }] : [];
  });
  const sockets = await readSockets(
    table,
    told.map(({ owner }) => owner),
  );
  return told.flatMap((to, at) => (sockets[at] ?? []).map((socket) => ({ ...to, socket })));
}

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
  const missed: Missed[] = [];
  for await (const listeners of audience) {
    const all = await deliveriesTo(deps.table, organization, listeners, telling);
    missed.push(...(await deliver(deps, to ? all.filter(({ socket }) => to.has(socket.connectionId)) : all)));
  }
  await deliverMissed(deps, missed);
}
