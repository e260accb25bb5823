import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import { ackFrame } from '../../core/dialects/live/frame.ts';
import { getActiveUsers } from '../../core/dialects/live/get-active-users.ts';
import type { Principal } from '../../core/domain/principal.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { listActiveUsers } from '../../core/operations/list-active-users.ts';
import { listPresentParticipants } from '../../core/operations/list-present-participants.ts';
import { putProfile } from '../../core/operations/put-profile.ts';
import { create } from '../support/flow.ts';
import { follow } from '../support/follow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { SocketsWorld } from '../support/sockets-world.ts';
import { useTables } from '../support/table.ts';

const openTable = useTables();

const LEASE_MS = limits.leaseSeconds * 1000;

const list = (deps: Deps, caller: Principal, input: { cursor?: string; limit?: number; actingUserId?: string } = {}) =>
  listActiveUsers(deps, caller, { limit: 50, cursor: undefined, actingUserId: undefined, ...input });
const idsIn = ({ users }: { users: readonly { id: string }[] }) => users.map(({ id }) => id);

test('who has a socket open is active, by leases and tokens, in one organization', async () => {
  const world = await SocketsWorld.start(openTable);
  const { deps } = world;
  const [ann, bob, cat, dan] = [userOf('acme'), userOf('acme'), userOf('acme'), userOf('acme')];
  await putProfile(deps, ann, {
    userId: ann.subject,
    actingUserId: undefined,
    details: { name: 'Ann', email: null, avatarUrl: null },
  });
  for (const user of [ann, bob, userOf('other'), userOf('acmes'), serviceOf('acme')]) await world.open(user);
  await world.open(cat, { tokenEnds: world.now + 1_000 });
  const gone = await world.open(dan);
  await world.close(dan, gone);
  expect(idsIn(await list(deps, ann))).toEqual([ann.subject, bob.subject, cat.subject].sort());
  expect((await list(deps, ann)).users.find(({ id }) => id === ann.subject)).toMatchObject({ name: 'Ann' });

  world.now += 1_000;
  expect(idsIn(await list(deps, bob))).toEqual([ann.subject, bob.subject].sort());
  world.now += LEASE_MS - 1_001;
  expect(idsIn(await list(deps, bob))).toHaveLength(2);
  world.now += 1;
  expect(await list(deps, bob)).toMatchObject({ users: [], next: undefined });

  await world.open(bob);
  const service = serviceOf('acme');
  expect(idsIn(await list(deps, service))).toEqual([bob.subject]);
  expect(idsIn(await list(deps, service, { actingUserId: ann.subject }))).toEqual([bob.subject]);
  await expect(list(deps, ann, { actingUserId: bob.subject })).rejects.toMatchObject({ code: 'forbidden' });
});

test('pages hold everybody once, whoever lapses among them', async () => {
  const world = await SocketsWorld.start(openTable);
  const { deps } = world;
  const users = Array.from({ length: 40 }, () => userOf('acme'));
  for (const user of users.slice(0, 20)) await world.open(user);
  world.now += LEASE_MS;
  for (const user of users.slice(20)) await world.open(user);
  const active = users
    .slice(20)
    .map(({ subject }) => subject)
    .sort();
  const [ann = userOf('acme')] = users;
  for (const limit of [1, 3, 19, 20, 21]) {
    const seen = await follow(async (cursor) => {
      const page = await list(deps, ann, { limit, ...(cursor ? { cursor } : {}) });
      expect(page.users.length).toBeLessThanOrEqual(limit);
      return { items: idsIn(page), next: page.next };
    });
    expect(seen).toEqual(active);
  }
  const { next = '' } = await list(deps, ann, { limit: 1 });
  await expect(list(deps, userOf('other'), { cursor: next })).rejects.toMatchObject({ code: 'validation_failed' });
  await expect(list(deps, ann, { cursor: `${next}x` })).rejects.toMatchObject({ code: 'validation_failed' });
});

test('frames hold as many as fit, and their cursors lead to all the others', async () => {
  const world = await SocketsWorld.start(openTable);
  const { deps } = world;
  const users = Array.from({ length: 60 }, () => userOf('acme'));
  const details = { name: '\u0001'.repeat(255), email: null, avatarUrl: `http://x/${'\u00e9'.repeat(2_000)}` };
  for (const user of users) {
    await putProfile(deps, user, { userId: user.subject, actingUserId: undefined, details });
    await world.open(user);
  }
  const [ann = userOf('acme')] = users;
  let pages = 0;
  const seen = await follow(async (cursor) => {
    pages += 1;
    const data = getActiveUsers.encode(await listActiveUsers(deps, ann, getActiveUsers.decode({ cursor })));
    ackFrame('\u0001'.repeat(128), data);
    const page = data as { users: { id: string }[]; cursor?: string };
    return { items: idsIn(page), next: page.cursor };
  });
  expect(pages).toBeGreaterThan(2);
  expect(seen).toEqual(users.map(({ subject }) => subject).sort());
});

test('participants are shown with who of them is active', async () => {
  const world = await SocketsWorld.start(openTable);
  const { deps } = world;
  const [ann, bob, cat] = [userOf('acme'), userOf('acme'), userOf('acme')];
  await world.open(cat);
  world.now += LEASE_MS;
  await world.open(bob);
  const { id } = (await create(deps, ann, { participantIds: [bob.subject, cat.subject] })).conversation;
  const show = (caller: Principal) =>
    listPresentParticipants(deps, caller, {
      conversationId: id,
      limit: 50,
      cursor: undefined,
      actingUserId: undefined,
    });
  const { participants } = await show(ann);
  expect(participants.filter(({ isActive }) => isActive).map(({ userId }) => userId)).toEqual([bob.subject]);
  expect(participants).toHaveLength(3);
  await expect(show(userOf('acme'))).rejects.toMatchObject({ code: 'forbidden' });
});

test('what it costs to show who is active', async () => {
  const recorder = new Recorder();
  const world = await SocketsWorld.start(openTable, { client: recorder.watch });
  const { deps } = world;
  const users = Array.from({ length: 30 }, () => userOf('acme'));
  for (const user of users) await world.open(user);
  for (const user of users.slice(0, 25)) {
    const details = { name: 'A name', email: null, avatarUrl: null };
    await putProfile(deps, user, { userId: user.subject, actingUserId: undefined, details });
  }
  const [ann = userOf('acme')] = users;
  const listed = await recorder.cost(() => list(deps, ann));
  expect(listed).toMatchObject({ trips: 3, writes: 0 });
  // Eight shards, and two items of each.
  expect(listed.reads).toBeLessThanOrEqual(8 * 0.5 + 30 * 2 + 1);

  const participantIds = [...users.slice(1).map(({ subject }) => subject), randomUUID()];
  const { id } = (await create(deps, ann, { participantIds })).conversation;
  const shown = await recorder.cost(() =>
    listPresentParticipants(deps, ann, {
      conversationId: id,
      limit: 50,
      cursor: undefined,
      actingUserId: undefined,
    }),
  );
  expect(shown).toMatchObject({ trips: 2, writes: 0 });
  expect(shown.reads).toBeLessThanOrEqual(2 + 3 + 31 / 2);
});
