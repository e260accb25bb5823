import { limits } from '../contract/limits.ts';
import { Failure, unavailable } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import { isLive } from '../domain/socket.ts';
import { handOver } from '../store/hand-over.ts';
import type { Listener } from './audience.ts';
import { deliver } from './deliver.ts';
import type { RealtimeDeps } from './deps.ts';
import { deliveriesTo } from './tell.ts';
import type { Telling } from './telling.ts';

/**
 * Delivers a message that is stored, before its sender is answered: to as many sockets as the sender should wait for. For
 * the others, and for those that could not be reached, it is handed over to the stream's consumer; for everybody, where
 * the audience is too large or cannot be read.
 * @param readAudience undefined where it is too large
 * @throws Failure `unavailable` where it can neither be delivered nor handed over: the sender is to try again
 */
export async function deliverInline(
  deps: RealtimeDeps,
  organization: string,
  { id }: Message,
  readAudience: () => Promise<readonly Listener[] | undefined>,
  telling: Telling,
): Promise<void> {
  // Whatever the trouble is, the consumer gets it too, and says so.
  const missed = await post(deps, organization, readAudience, telling).catch(() => undefined);
  if (missed?.length === 0) return;
  await handOver(deps.table, id, missed).catch((error: unknown) => {
    throw error instanceof Failure ? error : unavailable(error);
  });
}

/** Tells to which connections nothing was posted; undefined for all of them. */
async function post(
  deps: RealtimeDeps,
  organization: string,
  readAudience: () => Promise<readonly Listener[] | undefined>,
  telling: Telling,
): Promise<string[] | undefined> {
  const listeners = await readAudience();
  if (!listeners) return undefined;
  const all = await deliveriesTo(deps.table, organization, listeners, telling);
  const open = all.filter(({ socket }) => isLive(socket, deps.now()));
  const missed = await deliver(deps, open.slice(0, limits.inlineSockets));
  return [...missed, ...open.slice(limits.inlineSockets)].map(({ socket }) => socket.connectionId);
}
