import * as z from 'zod/mini';
import type { UserId } from '../domain/principal.ts';
import type { SocketOwner } from '../domain/socket.ts';
import { activeShards, activeUserKey, ownerIn, socketsShard } from './keys.ts';
import { queryPage } from './reading.ts';
import type { Item, Table } from './table.ts';

const IndexEntry = z.object({ gsi1sk: z.string() });

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

async function ownersIn(table: Table, shard: number, prefix: string): Promise<SocketOwner[]> {
  const owners: SocketOwner[] = [];
  let start: Item | undefined;
  do {
    const page = await queryPage(table, {
      IndexName: 'gsi1',
      KeyConditionExpression: `gsi1pk = :shard${prefix === '' ? '' : ' AND begins_with(gsi1sk, :prefix)'}`,
      ExpressionAttributeValues: { ':shard': socketsShard(shard), ...(prefix === '' ? {} : { ':prefix': prefix }) },
      ExclusiveStartKey: start,
    });
    for (const item of page.items) owners.push(ownerIn(IndexEntry.parse(item).gsi1sk));
    start = page.more;
  } while (start);
  return owners;
}
