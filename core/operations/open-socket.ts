import { limits } from '../contract/limits.ts';
import { Failure } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import { leaseFrom, type Socket, socketOwner } from '../domain/socket.ts';
import { addSocket } from '../store/sockets.ts';
import type { Deps } from './deps.ts';

/**
 * Counts a connection that has just been made among those of its owner, and has it hear what that may hear. The stream
 * tells it, and the others, of that.
 * @throws Failure `rate_limited` (its owner has as many as one may have), `unavailable`
 */
export async function openSocket(
  { table, now }: Deps,
  principal: Principal,
  socket: Omit<Socket, 'leaseEnds'>,
): Promise<void> {
  const isOpen = await addSocket(table, socketOwner(principal), { ...socket, leaseEnds: leaseFrom(now()) });
  if (!isOpen) throw new Failure('rate_limited', `Nobody has more than ${limits.sockets} sockets`);
}
