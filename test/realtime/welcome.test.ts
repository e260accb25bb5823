import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { limits } from '../../core/contract/limits.ts';
import { sessionWelcome } from '../../core/contract/live/events.ts';
import { utf8Bytes } from '../../core/contract/text.ts';
import { getActiveUsers } from '../../core/dialects/live/get-active-users.ts';
import { listConversations } from '../../core/dialects/live/list-conversations.ts';
import type { Principal } from '../../core/domain/principal.ts';
import { listActiveUsers } from '../../core/operations/list-active-users.ts';
import { listUnreadConversations } from '../../core/operations/list-unread-conversations.ts';
import { putProfile } from '../../core/operations/put-profile.ts';
import { create, get, leave, markRead, send, unread } from '../support/flow.ts';
import { follow } from '../support/follow.ts';
import { superAdminOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { SocketsWorld } from '../support/sockets-world.ts';
import { useTables } from '../support/table.ts';

const openTable = useTables();

/** A user's first socket opens; answers what it is welcomed with. */
async function welcome(world: SocketsWorld, user: Principal) {
  const id = await world.open(user);
  expect(await world.tell()).toEqual({ done: expect.any(Number) });
  const [frame] = world.connections.heard(id);
  expect(frame).toMatchObject({ type: 'event', event: 'session.welcome' });
  expect(utf8Bytes(JSON.stringify(frame))).toBeLessThanOrEqual(limits.frameBytes);
  return sessionWelcome.data.parse(frame?.data);
}

const Listed = z.object({ conversations: z.array(z.object({ id: z.string() })), cursor: z.optional(z.string()) });
const Active = z.object({ users: z.array(z.object({ id: z.string() })), cursor: z.optional(z.string()) });

test('a welcome has the user, the active ones and the conversations, as they are now', async () => {
  const world = await SocketsWorld.start(openTable);
  const { deps } = world;
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  await putProfile(deps, ann, {
    userId: ann.subject,
    actingUserId: undefined,
    details: { name: 'Ann', email: null, avatarUrl: null },
  });
  const tick = () => {
    world.now += 10;
  };
  const { id } = (await create(deps, bob, { name: 'First', participantIds: [ann.subject] })).conversation;
  tick();
  const second = (await create(deps, ann, { name: 'Second', participantIds: [bob.subject] })).conversation;
  tick();
  const everybody = (await create(deps, superAdminOf('acme'), { kind: 'global', participantIds: [] })).conversation;
  const left = (await create(deps, bob, { participantIds: [ann.subject] })).conversation;
  await leave(deps, ann, left.id);
  for (const conversationId of [id, everybody.id, id]) {
    tick();
    await send(deps, bob, conversationId, 'hello');
  }
  await welcome(world, bob);

  const told = await welcome(world, ann);
  expect(told.user).toMatchObject({ id: ann.subject, name: 'Ann' });
  expect(told.activeUsers.map((user) => user.id)).toEqual([ann.subject, bob.subject].sort());
  expect(told.conversations.map((one) => [one.id, one.lastSeq, one.unreadCount])).toEqual([
    [id, 2, 2],
    [everybody.id, 1, 1],
    [second.id, 0, 0],
  ]);
  expect(told.conversations[0]).toMatchObject({ name: 'First', participants: { length: 2 } });
  expect(told).not.toHaveProperty('activeUsersCursor');
  expect(told).not.toHaveProperty('conversationsCursor');
  for (const { id: one, unreadCount } of told.conversations) expect(unreadCount).toBe(await unread(deps, ann, one));

  await markRead(deps, ann, id, (await send(deps, bob, id, 'read')).id);
  expect((await welcome(world, ann)).conversations[0]).toMatchObject({ id, lastSeq: 3, unreadCount: 0 });
  expect((await get(deps, ann, id)).lastSeq).toBe(3);
});

test('where not all fits, its cursors lead to all the others', async () => {
  const world = await SocketsWorld.start(openTable);
  const { deps } = world;
  const ann = userOf('acme');
  const ids: string[] = [];
  for (let at = 0; at < 8; at += 1) {
    world.now += 1;
    const participantIds = Array.from({ length: 150 }, () => randomUUID());
    ids.push((await create(deps, ann, { participantIds })).conversation.id);
  }
  const others = Array.from({ length: 40 }, () => userOf('acme'));
  const details = { name: '\u0001'.repeat(255), email: null, avatarUrl: null };
  for (const user of others) {
    await putProfile(deps, user, { userId: user.subject, actingUserId: undefined, details });
    await world.open(user);
  }
  const told = await welcome(world, ann);
  expect(told.conversations.length).toBeGreaterThan(0);
  expect(told.conversations.length).toBeLessThan(5);
  expect(told.activeUsers.length).toBeGreaterThan(10);
  expect(told.activeUsers.length).toBeLessThan(41);

  const more = await follow(async (cursor = told.conversationsCursor) => {
    const page = await listUnreadConversations(deps, ann, listConversations.decode({ cursor }));
    const { conversations, cursor: next } = Listed.parse(listConversations.encode(page));
    return { items: conversations.map(({ id }) => id), next };
  });
  expect([...told.conversations.map(({ id }) => id), ...more]).toEqual(ids.toReversed());
  const rest = await follow(async (cursor = told.activeUsersCursor) => {
    const page = await listActiveUsers(deps, ann, getActiveUsers.decode({ cursor }));
    const { users, cursor: next } = Active.parse(getActiveUsers.encode(page));
    return { items: users.map(({ id }) => id), next };
  });
  const everybody = [ann, ...others].map(({ subject }) => subject).sort();
  expect([...told.activeUsers.map(({ id }) => id), ...rest]).toEqual(everybody);
});

test('it has a hundred users and fifty conversations at most', async () => {
  const recorder = new Recorder();
  const world = await SocketsWorld.start(openTable, { client: recorder.watch });
  const ann = userOf('acme');
  for (let at = 0; at < 55; at += 5) {
    await Promise.all(Array.from({ length: 5 }, () => create(world.deps, ann, { participantIds: [randomUUID()] })));
  }
  for (let at = 0; at < 105; at += 1) await world.open(userOf('acme'));
  world.records.length = 0;
  const { reads, result } = await recorder.cost(() => welcome(world, ann));
  expect(result.conversations).toHaveLength(50);
  expect(result.activeUsers).toHaveLength(100);
  expect(result.conversationsCursor).toBeDefined();
  expect(result.activeUsersCursor).toBeDefined();
  // Fifty-five heads, of fifty the roster and the position; of a hundred users two items, and half of one to tell them.
  expect(reads).toBeLessThanOrEqual(55 + 50 * 2 + 100 * 2 + 105 / 2 + 20);
});
