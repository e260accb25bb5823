import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import { utf8Bytes } from '../../core/contract/text.ts';
import { ackFrame } from '../../core/dialects/live/frame.ts';
import { listConversations } from '../../core/dialects/live/list-conversations.ts';
import type { Principal } from '../../core/domain/principal.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { listUnreadConversations } from '../../core/operations/list-unread-conversations.ts';
import { answering } from '../support/faults.ts';
import { add, create, leave, markRead, send, unread } from '../support/flow.ts';
import { follow } from '../support/follow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const list = (deps: Deps, caller: Principal, input: { cursor?: string; limit?: number; actingUserId?: string } = {}) =>
  listUnreadConversations(deps, caller, { limit: 50, cursor: undefined, actingUserId: undefined, ...input });

test('conversations are listed with what is unread in each', async () => {
  const deps = depsOf(await openTable());
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const ids: string[] = [];
  for (let at = 0; at < 4; at += 1) {
    const { conversation } = await create(deps, ann, { participantIds: [bob.subject] });
    const { id } = conversation;
    ids.unshift(id);
    for (let count = 0; count < at; count += 1) await send(deps, ann, id, 'hello');
  }
  const [last = '', , , first = ''] = ids;
  await markRead(deps, bob, last, (await send(deps, ann, last, 'read')).id);
  await send(deps, ann, last, 'unread');
  await add(deps, ann, first, randomUUID());
  const { conversations, next } = await list(deps, bob);
  expect(next).toBeUndefined();
  expect(conversations.map(({ id, unreadCount }) => [id, unreadCount])).toEqual(
    expect.arrayContaining([
      [ids[0], 1],
      [ids[1], 2],
      [ids[2], 1],
      [ids[3], 0],
    ]),
  );
  for (const { id, unreadCount } of conversations) expect(unreadCount).toBe(await unread(deps, bob, id));
  for (const { unreadCount } of (await list(deps, ann)).conversations) expect(unreadCount).toBe(0);

  const service = serviceOf('acme');
  expect((await list(deps, service, { actingUserId: bob.subject })).conversations).toEqual(conversations);
  await expect(list(deps, service)).rejects.toMatchObject({ code: 'validation_failed' });
  await expect(list(deps, ann, { actingUserId: bob.subject })).rejects.toMatchObject({ code: 'forbidden' });
  await leave(deps, bob, first);
  expect((await list(deps, bob)).conversations).toHaveLength(3);
});

test('one’s own messages never count, whenever they come', async () => {
  const table = await openTable();
  const deps = depsOf(table);
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const { id } = (await create(deps, ann, { participantIds: [bob.subject] })).conversation;
  await send(deps, ann, id, 'one');
  // Before the conversation is read, between that and the positions, and after.
  for (const when of [0, 1, 2]) {
    let read = 0;
    const during = async () => {
      await send(deps, ann, id, 'another');
      await send(deps, bob, id, 'mine');
      await send(deps, ann, id, 'and another');
    };
    const racing = await openTable({
      existing: table,
      client: answering('BatchGetItemCommand', async (next) => {
        if (read++ === when) await during();
        return next();
      }),
    });
    const [conversation] = (await list(depsOf(racing), bob)).conversations;
    // One is unread at most: what Ann has sent since.
    expect(conversation?.unreadCount).toBeLessThanOrEqual(1);
    await markRead(deps, bob, id, (await send(deps, ann, id, 'read')).id);
  }
});

test('the conversations are read as they are now, and the positions', async () => {
  const requests: string[] = [];
  const table = await openTable({
    client: answering('BatchGetItemCommand', (next, request) => {
      requests.push(request);
      return next();
    }),
  });
  const ann = userOf('acme');
  await create(depsOf(table), ann);
  requests.length = 0;
  await list(depsOf(table), ann);
  for (const wanted of ['#HEAD', `P#${ann.subject}`]) {
    const asking = requests.filter((request) => request.includes(wanted));
    expect(asking).toHaveLength(1);
    expect(asking[0]).toContain('"ConsistentRead":true');
  }
});

test('a list of 50 takes three trips; a conversation costs a unit, its roster and the position as much', async () => {
  const recorder = new Recorder();
  const deps = depsOf(await openTable({ client: recorder.watch }));
  const ann = userOf('acme');
  for (let at = 0; at < 50; at += 1) await create(deps, ann, { participantIds: [randomUUID()] });
  const { reads, writes, trips, result } = await recorder.cost(() => list(deps, ann));
  expect(result.conversations).toHaveLength(50);
  expect({ writes, trips }).toEqual({ writes: 0, trips: 3 });
  expect(reads).toBeLessThanOrEqual(50 * 3 + 2);
});

test('frames hold as many as fit, and their cursors lead to all the others', async () => {
  const deps = depsOf(await openTable());
  const ann = userOf('acme');
  const ids: string[] = [];
  for (let at = 0; at < 12; at += 1) {
    const participantIds = Array.from({ length: at % 2 === 0 ? 190 : 1 }, () => randomUUID());
    ids.unshift((await create(deps, ann, { participantIds })).conversation.id);
  }
  const sizes: number[] = [];
  const seen = await follow(async (cursor) => {
    const input = listConversations.decode({ cursor });
    const data = listConversations.encode(await listUnreadConversations(deps, ann, input));
    const frame = ackFrame('\u0001'.repeat(128), data);
    sizes.push(utf8Bytes(frame));
    const { conversations, cursor: next } = listConversations.action.ack.parse(data) as {
      conversations: { id: string }[];
      cursor?: string;
    };
    return { items: conversations.map(({ id }) => id), next };
  });
  expect(seen.toSorted()).toEqual(ids.toSorted());
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.length).toBeLessThan(6);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(limits.frameBytes);
});
