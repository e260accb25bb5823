import type { Principal } from '../domain/principal.ts';
import { leaseFrom, type Socket, socketOwner } from '../domain/socket.ts';
import { addSocket } from '../store/sockets.ts';
import type { Deps } from './deps.ts';

/**
 * Counts a connection that has just been made among those of its owner, and has it hear what that may hear. The stream
 * tells it, and the others, of that.
 * @throws Failure `unavailable`
 */
export const openSocket = (
  { table, now }: Deps,
  principal: Principal,
  socket: Omit<Socket, 'leaseEnds'>,
): Promise<void> => addSocket(table, socketOwner(principal), { ...socket, leaseEnds: leaseFrom(now()) });
