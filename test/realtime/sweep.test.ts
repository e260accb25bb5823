import { randomUUID } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import type { Principal } from '../../core/domain/principal.ts';
import { socketOwner } from '../../core/domain/socket.ts';
import { sweepSockets } from '../../core/realtime/sweep.ts';
import { socketsIndexKey, socketsKey } from '../../core/store/keys.ts';
import { newConnectionId } from '../support/connections.ts';
import { answering, sdkError } from '../support/faults.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { SocketsWorld } from '../support/sockets-world.ts';
import { useTables } from '../support/table.ts';

const openTable = useTables();

const LEASE_MS = limits.leaseSeconds * 1000;

const idsOf = async (world: SocketsWorld, user: Principal): Promise<string[]> => [
  ...(((await world.item(user))?.['ids'] ?? []) as Set<string>),
];

test('what has lapsed, by its lease or its token, is taken away and closed; the rest stays', async () => {
  const world = await SocketsWorld.start(openTable);
  const [ann, bob, service] = [userOf('acme'), userOf('other'), serviceOf('acme')];
  const [silent, pinged] = [await world.open(ann), await world.open(ann)];
  const expired = await world.open(bob, { tokenEnds: world.now + LEASE_MS });
  const backend = await world.open(service);
  world.now += 100_000;
  await world.ping(ann, pinged);
  await world.ping(bob, expired);
  world.now += LEASE_MS - 100_001;
  expect(await world.sweep()).toEqual({ owners: 3, closed: 0, failures: [] });

  world.now += 1;
  expect(await world.sweep()).toEqual({ owners: 3, closed: 3, failures: [] });
  expect(world.connections.closed.toSorted()).toEqual([silent, expired, backend].toSorted());
  expect([await idsOf(world, ann), await world.item(bob), await world.item(service)]).toEqual([
    [pinged],
    undefined,
    undefined,
  ]);
  expect(await world.sweep()).toEqual({ owners: 1, closed: 0, failures: [] });
});

test('a socket that is renewed after the sweep has read it stays', async () => {
  let renew = async () => {};
  let reads = 0;
  const world = await SocketsWorld.start(openTable);
  const ann = userOf('acme');
  const id = await world.open(ann);
  world.now += LEASE_MS - 10_000;
  const table = await openTable({
    existing: world.deps.table,
    client: answering('BatchGetItemCommand', async (next) => {
      reads += 1;
      if (reads === 2) await renew();
      return next();
    }),
  });
  renew = async () => expect(await world.ping(ann, id)).toBe(true);
  // The sweeper's clock is ahead.
  const swept = await sweepSockets({ ...world.deps, table, now: () => world.now + 10_000 });
  expect(swept).toEqual({ owners: 1, closed: 0, failures: [] });
  expect([await idsOf(world, ann), world.connections.closed]).toEqual([[id], []]);
});

test('a socket is closed although the answer to its removal was lost, or somebody else was first', async () => {
  for (const isLost of [true, false]) {
    const world = await SocketsWorld.start(openTable);
    const ann = userOf('acme');
    const id = await world.open(ann);
    world.now += LEASE_MS;
    let first = true;
    const table = await openTable({
      existing: world.deps.table,
      client: answering('UpdateItemCommand', async (next) => {
        if (!first) return next();
        first = false;
        if (!isLost) {
          await world.close(ann, id);
          return next();
        }
        await next();
        throw sdkError('TimeoutError');
      }),
    });
    expect(await sweepSockets({ ...world.deps, table })).toMatchObject({ closed: 1, failures: [] });
    expect(world.connections.closed).toEqual([id]);
  }
});

test('owners without any connection are cleaned up, unless one opens meanwhile', async () => {
  let meanwhile = async () => {};
  const world = await SocketsWorld.start(openTable);
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const { client, name } = world.deps.table;
  for (const user of [ann, bob]) {
    const owner = socketOwner(user);
    const Item = { ...socketsKey(owner), ...socketsIndexKey(owner), entity: 'sockets' };
    await client.send(new PutCommand({ TableName: name, Item }));
  }
  const table = await openTable({
    existing: world.deps.table,
    client: answering('DeleteItemCommand', async (next, request) => {
      if (request.includes(bob.subject)) await meanwhile();
      return next();
    }),
  });
  meanwhile = async () => void (await world.open(bob));
  expect(await sweepSockets({ ...world.deps, table })).toMatchObject({ owners: 2, failures: [] });
  expect([await world.item(ann), await idsOf(world, bob)]).toEqual([undefined, [expect.any(String)]]);
});

test('what fails stops nothing else, and is told', async () => {
  const world = await SocketsWorld.start(openTable);
  const users = Array.from({ length: 20 }, () => userOf('acme'));
  const ids = [];
  for (const user of users) ids.push(await world.open(user));
  const [stuck = ''] = ids;
  const [, unlucky] = users;
  world.now += LEASE_MS;
  const table = await openTable({
    existing: world.deps.table,
    client: answering('UpdateItemCommand', async (next, request) => {
      if (request.includes(unlucky?.subject ?? '')) throw sdkError('InternalServerError');
      return next();
    }),
  });
  const close = async (id: string) => {
    if (id === stuck) throw new Error('the gateway is busy');
    return world.connections.close(id);
  };
  const publisher = { post: async () => 'failed' as const, close };
  const { owners, closed, failures } = await sweepSockets({ ...world.deps, table, publisher });
  expect({ owners, closed }).toEqual({ owners: 20, closed: 18 });
  expect(failures.map((error) => (error instanceof Error ? error.name : error)).toSorted()).toEqual([
    'Error',
    'InternalServerError',
  ]);
  // The one that could not be closed, and the one that could not be taken away.
  expect(await world.sweep()).toMatchObject({ owners: 2, closed: 2, failures: [] });
});

test('a shard that cannot be read leaves the others; another one is first each minute', async () => {
  const asked: string[] = [];
  const table = await openTable({
    client: answering('QueryCommand', async (next, request) => {
      const [, shard = ''] = /A#(\d)/.exec(request) ?? [];
      asked.push(shard);
      if (shard === '3') throw sdkError('ValidationException');
      return next();
    }),
  });
  const publisher = { post: async () => 'failed' as const, close: async () => {} };
  for (const minute of [0, 1, 9]) {
    asked.length = 0;
    const now = () => minute * 60_000 + 59_999;
    expect(await sweepSockets({ table, publisher, now })).toMatchObject({
      failures: [{ name: 'ValidationException' }],
    });
    const first = minute % 8;
    expect(asked.map(Number)).toEqual(Array.from({ length: 8 }, (_, at) => (first + at) % 8));
  }
});

test('when its time is over it begins nothing more', async () => {
  const controller = new AbortController();
  const world = await SocketsWorld.start(openTable);
  for (let at = 0; at < 40; at += 1) await world.open(userOf('acme'));
  world.now += LEASE_MS;
  const close = async (id: string) => {
    controller.abort();
    return world.connections.close(id);
  };
  const publisher = { post: async () => 'failed' as const, close };
  const table = { ...world.deps.table, signal: controller.signal };
  await sweepSockets({ ...world.deps, table, publisher });
  const { length: closed } = world.connections.closed;
  expect(closed).toBeGreaterThan(0);
  expect(closed).toBeLessThan(20);
});

test('a sweep of those who live costs the index, and half a unit for each of them', async () => {
  const recorder = new Recorder();
  const world = await SocketsWorld.start(openTable, { client: recorder.watch });
  for (let at = 0; at < 50; at += 1) await world.open(userOf(randomUUID()), { connectionId: newConnectionId() });
  const { reads, writes } = await recorder.cost(() => world.sweep());
  expect(writes).toBe(0);
  expect(reads).toBeLessThanOrEqual(50 / 2 + 8);
});
