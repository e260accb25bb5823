import type { UserId } from '../domain/principal.ts';
import type { SocketOwner } from '../domain/socket.ts';
import { activeShards, activeUserKey, ownerIn, socketsShard } from './keys.ts';
import { indexed } from './reading.ts';
import type { Table } from './table.ts';

/**
 * The users of an organization who have a connection, as the index knew a moment ago; one that it names may be gone, or have
 * lapsed. One trip of parallel reads, and another for each megabyte of them in one shard, some 5,000.
 * @returns in the order of ids
 * @throws Failure `unavailable`
 */
export async function readActiveUserIds(table: Table, organization: string): Promise<UserId[]> {
  const prefix = activeUserKey(organization, '');
  const owners = await Promise.all(activeShards.map((shard) => ownersIn(table, shard, prefix)));
  return owners
    .flat()
    .map(({ userId }) => userId)
    .sort();
}

/**
 * All owners of connections in one shard, services included: what a sweep looks through.
 * @throws Failure `unavailable`
 */
export const readOwners = (table: Table, shard: number): Promise<SocketOwner[]> => ownersIn(table, shard, '');

const ownersIn = async (table: Table, shard: number, prefix: string): Promise<SocketOwner[]> =>
  (await indexed(table, socketsShard(shard), prefix)).map(ownerIn);
