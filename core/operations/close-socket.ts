import type { Principal } from '../domain/principal.ts';
import { socketOwner } from '../domain/socket.ts';
import { removeSocket } from '../store/sockets.ts';
import type { Deps } from './deps.ts';

/**
 * No longer counts a connection that has ended. Again is fine, and changes nothing.
 * @throws Failure `unavailable`
 */
export async function closeSocket({ table }: Deps, principal: Principal, connectionId: string): Promise<void> {
  await removeSocket(table, socketOwner(principal), connectionId);
}
