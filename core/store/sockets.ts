import * as z from 'zod/mini';
import { leaseFrom, renewableFrom, type Socket, type SocketOwner } from '../domain/socket.ts';
import { announcement, isAnnounced } from './announce.ts';
import { ownerIn, socketsIndexKey, socketsKey } from './keys.ts';
import { readItems } from './reading.ts';
import { itemIn } from './stream-image.ts';
import type { Item, Table } from './table.ts';
import { deleteItem, updateItem } from './writing.ts';

/**
 * All connections of one user in one item, so that the first that opens and the last that closes are told apart whatever
 * happens at once. Each is an attribute of its own beside the set of their ids: none is read to write another.
 */
const SocketsItem = z.looseObject({ entity: z.literal('sockets'), ids: z.optional(z.set(z.string())) });
const Connection = z.object({ at: z.number(), lease: z.number(), exp: z.number() });

const attributeOf = (connectionId: string): string => `socket ${connectionId}`;

/** The connections in a user's item, lapsed ones included; in the order of their opening. */
function socketsFrom(item: Item | undefined): Socket[] {
  if (!item) return [];
  const { ids = [], ...rest } = SocketsItem.parse(item);
  return [...ids]
    .map((connectionId) => {
      const { at, lease, exp } = Connection.parse(rest[attributeOf(connectionId)]);
      return { connectionId, connectedAt: at, leaseEnds: lease, tokenEnds: exp };
    })
    .sort((a, b) => a.connectedAt - b.connectedAt);
}

/** What changed of an owner's connections, lapsed ones included. */
export interface SocketsChange {
  readonly owner: SocketOwner;
  readonly before: readonly Socket[];
  readonly after: readonly Socket[];
}

const Owned = z.object({ gsi1sk: z.string() });

/**
 * What a record of the stream tells of connections.
 * @param before the item's old image, and `after` its new one, as Lambda has them; undefined where there is none
 * @returns undefined where nobody is to hear of it
 */
export function socketsChangeFrom(before: unknown, after: unknown): SocketsChange | undefined {
  const [old, next] = [itemIn(before), itemIn(after)];
  if (!isAnnounced(old, next)) return undefined;
  return { owner: ownerIn(Owned.parse(next).gsi1sk), before: socketsFrom(old), after: socketsFrom(next) };
}

/**
 * Adds a connection to its owner's.
 * @throws Failure `unavailable`
 */
export async function addSocket(table: Table, owner: SocketOwner, socket: Socket): Promise<void> {
  const { gsi1pk, gsi1sk } = socketsIndexKey(owner);
  const { connectionId, connectedAt: at, leaseEnds: lease, tokenEnds: exp } = socket;
  await updateItem(table, {
    Key: socketsKey(owner),
    UpdateExpression:
      'SET entity = :entity, gsi1pk = :gsi1pk, gsi1sk = :gsi1sk, announce = :announce, #socket = :socket ADD ids :id',
    ExpressionAttributeNames: { '#socket': attributeOf(connectionId) },
    ExpressionAttributeValues: {
      ':entity': 'sockets',
      ':gsi1pk': gsi1pk,
      ':gsi1sk': gsi1sk,
      ':announce': announcement(),
      ':socket': { at, lease, exp } satisfies z.infer<typeof Connection>,
      ':id': new Set([connectionId]),
    },
  });
}

/**
 * Renews a connection's lease, unless that is about to end, or has: then nobody may count on the connection any more.
 * @param now Unix milliseconds
 * @returns whether it is renewed; where not, the connection has lapsed, or is none of its owner's
 * @throws Failure `unavailable`
 */
export async function renewSocket(
  table: Table,
  owner: SocketOwner,
  connectionId: string,
  now: number,
): Promise<boolean> {
  const item = await updateItem(table, {
    Key: socketsKey(owner),
    // Nobody is to hear of it.
    UpdateExpression: 'SET #socket.lease = :lease REMOVE announce',
    ConditionExpression: '#socket.lease >= :renewable',
    ExpressionAttributeNames: { '#socket': attributeOf(connectionId) },
    ExpressionAttributeValues: { ':lease': leaseFrom(now), ':renewable': renewableFrom(now) },
  });
  return item !== undefined;
}

/**
 * Takes a connection away from its owner's, and with the last one the item. Does nothing where it is gone already.
 * @param lapsed what was read of it, where it is to go only if it has not been renewed since
 * @returns whether it has gone by this
 * @throws Failure `unavailable`
 */
export async function removeSocket(
  table: Table,
  owner: SocketOwner,
  connectionId: string,
  lapsed?: Socket,
): Promise<boolean> {
  const left = await updateItem(table, {
    Key: socketsKey(owner),
    UpdateExpression: 'SET announce = :announce REMOVE #socket DELETE ids :id',
    ConditionExpression: lapsed ? '#socket.lease = :lease' : 'attribute_exists(#socket)',
    ExpressionAttributeNames: { '#socket': attributeOf(connectionId) },
    ExpressionAttributeValues: {
      ':announce': announcement(),
      ':id': new Set([connectionId]),
      ...(lapsed ? { ':lease': lapsed.leaseEnds } : {}),
    },
  });
  if (left && socketsFrom(left).length === 0) await removeEmpty(table, owner);
  return left !== undefined;
}

/**
 * Takes away the item of an owner who has no connection, unless one has opened meanwhile.
 * @throws Failure `unavailable`
 */
export const removeEmpty = (table: Table, owner: SocketOwner): Promise<void> =>
  deleteItem(table, { Key: socketsKey(owner), ConditionExpression: 'attribute_not_exists(ids)' });

/**
 * Reads the connections of many owners in one trip, lapsed ones included.
 * @returns for each owner, in their order
 * @throws Failure `unavailable`
 */
export async function readSockets(
  table: Table,
  owners: readonly SocketOwner[],
  { consistent }: { consistent: boolean } = { consistent: false },
): Promise<Socket[][]> {
  const items = await readItems(table, owners.map(socketsKey), { consistent });
  return items.map(socketsFrom);
}
