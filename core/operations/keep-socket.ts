import type { Principal } from '../domain/principal.ts';
import { socketOwner } from '../domain/socket.ts';
import { renewSocket } from '../store/sockets.ts';
import type { Deps } from './deps.ts';

/**
 * Renews the lease of a connection that has sent something.
 * @returns whether it still counts as open; it does not come back to life
 * @throws Failure `unavailable`
 */
export const keepSocket = ({ table, now }: Deps, principal: Principal, connectionId: string): Promise<boolean> =>
  renewSocket(table, socketOwner(principal), connectionId, now());
