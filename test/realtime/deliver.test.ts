import { expect, test } from 'vitest';
import { socketOwner } from '../../core/domain/socket.ts';
import { type Delivery, deliver } from '../../core/realtime/deliver.ts';
import type { Posted } from '../../core/realtime/publisher.ts';
import { documentClient } from '../../core/store/table.ts';
import { userOf } from '../support/people.ts';

const owner = socketOwner(userOf('acme'));
const socket = { connectedAt: 0, leaseEnds: 2, tokenEnds: 2 };

/** Frames for so many sockets. */
const deliveries = (count: number, frames: readonly string[] = ['x']): Delivery[] =>
  Array.from({ length: count }, (_, at) => ({ owner, socket: { ...socket, connectionId: `c${at}` }, frames }));

/** A gateway that answers as `post` says, and no table at all. */
const world = (post: (connectionId: string, frame: string) => Promise<Posted>, signal?: AbortSignal) => ({
  table: { name: 'none', client: documentClient('http://localhost:1'), pause: async () => {}, signal },
  now: () => 1,
  publisher: { post, close: async () => {} },
});

test('posts are made many at once, and not more than fifty', async () => {
  let [underWay, most, posts] = [0, 0, 0];
  const post = async () => {
    posts += 1;
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    return 'posted' as const;
  };
  expect(await deliver(world(post), deliveries(120))).toEqual([]);
  expect([most, posts]).toEqual([50, 120]);
});

test('what was not taken is told, from the first such frame on; nothing overtakes it', async () => {
  const posted: string[] = [];
  const post = async (connectionId: string, frame: string) => {
    posted.push(`${connectionId} ${frame}`);
    return connectionId === 'c1' && frame === 'two' ? 'failed' : 'posted';
  };
  const missed = await deliver(world(post), deliveries(2, ['one', 'two', 'three']));
  expect(missed).toMatchObject([{ socket: { connectionId: 'c1' }, frames: ['two', 'three'] }]);
  expect(posted).not.toContain('c1 three');
  expect(posted).toContain('c0 three');
});

test('once its time is over nothing more is posted', async () => {
  const controller = new AbortController();
  let posts = 0;
  const post = async () => {
    posts += 1;
    if (posts === 60) controller.abort();
    return 'posted' as const;
  };
  await expect(deliver(world(post, controller.signal), deliveries(200))).rejects.toThrow();
  expect(posts).toBeLessThan(60 + 50);
});

test('where a socket that is gone cannot be removed, the others hear all the same', async () => {
  const post = async (connectionId: string) => (connectionId === 'c0' ? 'gone' : 'posted') as Posted;
  const heard: string[] = [];
  const within = world(async (connectionId) => {
    heard.push(connectionId);
    return post(connectionId);
  });
  const late = { ...within, now: () => 10_001 };
  const open = deliveries(2).map((delivery) => ({
    ...delivery,
    socket: { ...delivery.socket, leaseEnds: 20_000, tokenEnds: 20_000 },
  }));
  expect(await deliver(late, open)).toEqual([]);
  expect(heard).toEqual(['c0', 'c1']);
});
