import { unavailable } from '../domain/errors.ts';
import { type Delivery, deliver } from './deliver.ts';
import type { RealtimeDeps } from './deps.ts';

/** Sockets could not be reached. */
class Undelivered extends Error {
  override readonly name = 'Undelivered';
}

/** How often what was not taken is tried again. */
const RETRIES = 4;

/** A socket takes longer to open than a transaction to get out of the way: pauses begin with the third. */
const FIRST_PAUSE = 3;

/**
 * Posts to sockets until all have heard, or are gone: what is not taken at first is tried again, a few times.
 * @throws Failure `unavailable` when some socket may still be reached, but was not
 */
export async function deliverAll(deps: RealtimeDeps, deliveries: readonly Delivery[]): Promise<void> {
  let missed = await deliver(deps, deliveries);
  for (let retry = 0; missed.length > 0; retry += 1) {
    if (retry === RETRIES) throw unavailable(new Undelivered());
    await deps.table.pause(FIRST_PAUSE + retry);
    missed = await deliver(deps, missed);
  }
}
