import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { listParticipants } from '../../core/operations/list-participants.ts';
import { participantKey } from '../../core/store/keys.ts';
import { readItem } from '../../core/store/reading.ts';
import {
  add,
  allMessages,
  conversations,
  create,
  get,
  leave,
  markRead,
  page,
  rank,
  remove,
  send,
  unread,
} from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

async function world() {
  const deps = depsOf(await openTable());
  const [ann, bob, cleo, dan] = [userOf('acme'), userOf('acme'), userOf('acme'), userOf('acme')];
  const { conversation } = await create(deps, ann, { participantIds: [bob.subject, cleo.subject] });
  return { deps, ann, bob, cleo, dan, service: serviceOf('acme'), id: conversation.id };
}

const seen = async (deps: Parameters<typeof get>[0], id: string) => {
  const { ownerId, adminCount, participantCount, participants } = await get(deps, serviceOf('acme'), id);
  expect(participants).toHaveLength(participantCount);
  expect(participants.filter(({ role }) => role === 'admin')).toHaveLength(adminCount);
  return { ownerId, roles: participants.map(({ userId, role }) => [userId, role]) };
};

const forbidden = { code: 'forbidden' };
const conflict = { code: 'conflict' };
const notFound = { code: 'not_found', message: 'Participant not found' };

test('who is added takes part from then on, with all that was written before read', async () => {
  const { deps, ann, bob, dan, id } = await world();
  await send(deps, ann, id, 'before');
  const { participant } = await add(deps, ann, id, dan.subject);
  expect(participant).toMatchObject({ userId: dan.subject, role: 'member', leftAt: null });
  expect(await unread(deps, dan, id)).toBe(0);
  expect(await unread(deps, bob, id)).toBe(1);
  const messages = await allMessages(deps, dan, id);
  expect(messages).toMatchObject([
    { text: 'before', seq: 1 },
    { text: `${dan.subject} joined`, systemEvent: 'join', senderId: null, seq: 2, createdAt: participant.joinedAt },
  ]);
  expect((await get(deps, dan, id)).participants.at(-1)).toMatchObject({ userId: dan.subject });
  expect((await conversations(deps, dan)).conversations).toHaveLength(1);
  await send(deps, ann, id, 'after');
  expect(await unread(deps, dan, id)).toBe(1);
});

test('who leaves, or is removed, neither reads nor writes nor finds it listed, and may come back as the same', async () => {
  const { deps, ann, bob, cleo, id } = await world();
  await send(deps, ann, id, 'one');
  const { participant: left } = await leave(deps, bob, id);
  await remove(deps, ann, id, cleo.subject);
  expect(left.leftAt).toBeGreaterThanOrEqual(left.joinedAt);
  for (const gone of [bob, cleo]) {
    await expect(get(deps, gone, id)).rejects.toMatchObject(forbidden);
    await expect(send(deps, gone, id, 'x')).rejects.toMatchObject(forbidden);
    await expect(page(deps, gone, id)).rejects.toMatchObject(forbidden);
    await expect(unread(deps, gone, id)).rejects.toMatchObject(forbidden);
    await expect(leave(deps, gone, id)).rejects.toMatchObject(forbidden);
    expect((await conversations(deps, gone)).conversations).toEqual([]);
  }
  await send(deps, ann, id, 'two');
  const { participant: back } = await add(deps, ann, id, bob.subject, { role: 'admin' });
  expect(back).toMatchObject({ role: 'admin', leftAt: null });
  expect(back.joinedAt).toBeGreaterThanOrEqual(left.leftAt ?? Number.POSITIVE_INFINITY);
  expect(await unread(deps, bob, id)).toBe(0);
  const events = (await allMessages(deps, bob, id)).flatMap(({ systemEvent, text }) => (systemEvent ? [text] : []));
  expect(events).toEqual([`${bob.subject} left`, `${cleo.subject} left`, `${bob.subject} joined`]);
});

test('who leaves is in the index of conversations no more, and who comes back is again', async () => {
  const { deps, ann, bob, id } = await world();
  const isIndexed = async () => 'gsi1pk' in ((await readItem(deps.table, participantKey(id, bob.subject))) ?? {});
  expect(await isIndexed()).toBe(true);
  await leave(deps, bob, id);
  expect(await isIndexed()).toBe(false);
  await add(deps, ann, id, bob.subject);
  expect(await isIndexed()).toBe(true);
});

describe('only an admin, or a service, changes who takes part', () => {
  test('and nobody from outside does', async () => {
    const { deps, ann, bob, cleo, dan, service, id } = await world();
    for (const caller of [bob, dan]) {
      await expect(add(deps, caller, id, dan.subject)).rejects.toMatchObject(forbidden);
      await expect(remove(deps, caller, id, cleo.subject)).rejects.toMatchObject(forbidden);
      await expect(rank(deps, caller, id, cleo.subject, 'admin')).rejects.toMatchObject(forbidden);
    }
    const asBob = { actingUserId: bob.subject };
    await expect(add(deps, service, id, dan.subject, asBob)).rejects.toMatchObject(forbidden);
    await add(deps, service, id, dan.subject);
    await remove(deps, service, id, cleo.subject);
    await rank(deps, service, id, bob.subject, 'admin');
    expect(await seen(deps, id)).toEqual({
      ownerId: ann.subject,
      roles: [
        [ann.subject, 'admin'],
        [bob.subject, 'admin'],
        [dan.subject, 'member'],
      ],
    });
    await add(deps, bob, id, cleo.subject);
    await expect(add(deps, userOf('other', ann.subject), id, dan.subject)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('what is so already, or is not there, is an error', async () => {
    const { deps, ann, bob, dan, id } = await world();
    await expect(add(deps, ann, id, bob.subject)).rejects.toMatchObject(conflict);
    await expect(add(deps, ann, id, ann.subject)).rejects.toMatchObject(conflict);
    await expect(remove(deps, ann, id, dan.subject)).rejects.toMatchObject(notFound);
    await expect(rank(deps, ann, id, dan.subject, 'admin')).rejects.toMatchObject(notFound);
    await leave(deps, bob, id);
    await expect(remove(deps, ann, id, bob.subject)).rejects.toMatchObject(notFound);
    await expect(rank(deps, ann, id, bob.subject, 'admin')).rejects.toMatchObject(notFound);
    expect((await get(deps, ann, id)).lastSeq).toBe(1);
  });
});

describe('a group with members has an admin, and an admin owns it', () => {
  test('when its owner leaves, the longest-standing admin owns it', async () => {
    const { deps, ann, bob, cleo, id } = await world();
    await rank(deps, ann, id, cleo.subject, 'admin');
    await leave(deps, ann, id);
    const roles = [
      [bob.subject, 'member'],
      [cleo.subject, 'admin'],
    ];
    expect(await seen(deps, id)).toEqual({ ownerId: cleo.subject, roles });
  });

  test('when its last admin leaves, the longest-standing member is one, and owns it', async () => {
    const { deps, ann, bob, cleo, dan, id } = await world();
    await add(deps, ann, id, dan.subject);
    await leave(deps, ann, id);
    const roles = [
      [bob.subject, 'admin'],
      [cleo.subject, 'member'],
      [dan.subject, 'member'],
    ];
    expect(await seen(deps, id)).toEqual({ ownerId: bob.subject, roles });
    await remove(deps, bob, id, cleo.subject);
  });

  test('when its last admin is demoted, another becomes one; when nobody else is left, none can be', async () => {
    const { deps, ann, bob, cleo, id } = await world();
    await rank(deps, ann, id, ann.subject, 'member');
    expect(await seen(deps, id)).toEqual({
      ownerId: bob.subject,
      roles: [
        [ann.subject, 'member'],
        [bob.subject, 'admin'],
        [cleo.subject, 'member'],
      ],
    });
    await leave(deps, ann, id);
    await leave(deps, cleo, id);
    await expect(rank(deps, bob, id, bob.subject, 'member')).rejects.toMatchObject(conflict);
  });

  test('when all have left it stays, and the first to come owns it', async () => {
    const { deps, ann, bob, cleo, dan, service, id } = await world();
    for (const user of [ann, bob, cleo]) await leave(deps, user, id);
    expect(await seen(deps, id)).toEqual({ ownerId: null, roles: [] });
    await add(deps, service, id, dan.subject);
    expect(await seen(deps, id)).toEqual({ ownerId: dan.subject, roles: [[dan.subject, 'admin']] });
    expect(await allMessages(deps, dan, id)).toHaveLength(4);
  });

  test('an owner who is no longer admin does not own it', async () => {
    const { deps, ann, bob, id } = await world();
    await rank(deps, ann, id, bob.subject, 'admin');
    await rank(deps, bob, id, ann.subject, 'member');
    expect((await seen(deps, id)).ownerId).toBe(bob.subject);
  });
});

test('who joins a group in which one is left neither owns nor administers it', async () => {
  const { deps, ann, bob, cleo, dan, id } = await world();
  for (const user of [bob, cleo]) await leave(deps, user, id);
  await add(deps, ann, id, dan.subject);
  const roles = [
    [ann.subject, 'admin'],
    [dan.subject, 'member'],
  ];
  expect(await seen(deps, id)).toEqual({ ownerId: ann.subject, roles });
});

test('who is added as an admin counts as one, and is there when the last other goes', async () => {
  const { deps, ann, bob, cleo, dan, id } = await world();
  await add(deps, ann, id, dan.subject, { role: 'admin' });
  expect((await get(deps, ann, id)).adminCount).toBe(2);
  await leave(deps, ann, id);
  const roles = [
    [bob.subject, 'member'],
    [cleo.subject, 'member'],
    [dan.subject, 'admin'],
  ];
  expect(await seen(deps, id)).toEqual({ ownerId: dan.subject, roles });
});

test('an owner stays one when others go, though another admin has been there for longer', async () => {
  const { deps, ann, bob, cleo, dan, id } = await world();
  await rank(deps, ann, id, cleo.subject, 'admin');
  await leave(deps, ann, id);
  await rank(deps, cleo, id, bob.subject, 'admin');
  await add(deps, cleo, id, dan.subject);
  await leave(deps, dan, id);
  expect((await seen(deps, id)).ownerId).toBe(cleo.subject);
});

test('whatever the clocks say, who joins or leaves does so when the message tells of it', async () => {
  const clock = { time: 1_700_000_000_000 };
  const deps = depsOf(await openTable(), () => clock.time);
  const [ann, bob, dan] = [userOf('acme'), userOf('acme'), userOf('acme')];
  const { id } = (await create(deps, ann, { participantIds: [bob.subject] })).conversation;
  clock.time += 1_000;
  const { createdAt } = await send(deps, ann, id, 'x');
  clock.time -= 9_000;
  // Later than what was written before, so that joining parts that from what comes.
  expect((await add(deps, ann, id, dan.subject)).participant.joinedAt).toBe(createdAt + 1);
  expect((await leave(deps, bob, id)).participant.leftAt).toBe(createdAt + 1);
  clock.time += 60_000;
  await leave(deps, dan, id);
  expect((await get(deps, ann, id)).lastMessageAt).toBe(clock.time);
});

test('a direct conversation takes nobody, loses nobody by another, and has no admins', async () => {
  const { deps, ann, bob, dan, service } = await world();
  const { conversation } = await create(deps, ann, { kind: 'direct', participantIds: [bob.subject] });
  const { id } = conversation;
  for (const caller of [ann, service]) {
    await expect(add(deps, caller, id, dan.subject)).rejects.toMatchObject(conflict);
    await expect(remove(deps, caller, id, bob.subject)).rejects.toMatchObject(forbidden);
    await expect(rank(deps, caller, id, bob.subject, 'admin')).rejects.toMatchObject(conflict);
  }
  await remove(deps, bob, id, bob.subject);
  expect(await seen(deps, id)).toEqual({ ownerId: null, roles: [[ann.subject, 'member']] });
});

test('an add under a key is carried out once', async () => {
  const { deps, ann, bob, dan, id } = await world();
  const key = { idempotencyKey: 'k1' };
  const [one, two] = await Promise.all([add(deps, ann, id, dan.subject, key), add(deps, ann, id, dan.subject, key)]);
  expect(one).toMatchObject({ participant: { userId: dan.subject, joinedAt: two.participant.joinedAt } });
  expect(await add(deps, ann, id, dan.subject, key)).toMatchObject({ participant: { userId: dan.subject } });
  await expect(add(deps, ann, id, randomUUID(), key)).rejects.toMatchObject(conflict);
  await expect(add(deps, ann, id, dan.subject, { ...key, role: 'admin' })).rejects.toMatchObject(conflict);
  expect(await allMessages(deps, bob, id)).toHaveLength(1);
  await rank(deps, ann, id, bob.subject, 'admin');
  await leave(deps, ann, id);
  await expect(add(deps, ann, id, dan.subject, key)).rejects.toMatchObject(forbidden);
});

test('a read position moves forward only, and needs a message of the conversation', async () => {
  const { deps, ann, bob, dan, id } = await world();
  const elsewhere = await create(deps, ann);
  const foreign = await send(deps, ann, elsewhere.conversation.id, 'x');
  const sent = [];
  for (const text of ['one', 'two', 'three']) sent.push(await send(deps, ann, id, text));
  const [one, two] = sent.map((message) => message.id) as [string, string];
  const first = await markRead(deps, bob, id, two);
  expect(first).toMatchObject({ conversationId: id, userId: bob.subject, messageId: two });
  expect(await unread(deps, bob, id)).toBe(1);
  expect(await markRead(deps, bob, id, one)).toEqual(first);
  expect(await markRead(deps, bob, id, two)).toEqual(first);
  for (const messageId of [foreign.id, randomUUID(), `${two.slice(0, 8)}-0000-8000${two.slice(18)}`]) {
    await expect(markRead(deps, bob, id, messageId)).rejects.toMatchObject({
      code: 'validation_failed',
      faults: [{ path: 'lastReadMessageId' }],
    });
    await expect(markRead(deps, dan, id, messageId)).rejects.toMatchObject(forbidden);
  }
  expect(await unread(deps, bob, id)).toBe(1);
});

test('participants are listed by pages, in the order of their ids', async () => {
  const { deps, ann, bob, cleo, dan, id } = await world();
  await leave(deps, cleo, id);
  await add(deps, ann, id, dan.subject);
  const list = (cursor?: string) =>
    listParticipants(deps, ann, { conversationId: id, actingUserId: undefined, limit: 2, cursor });
  const first = await list();
  const second = await list(first.next);
  const listed = [...first.participants, ...second.participants].map(({ userId }) => userId);
  expect(listed).toEqual([ann, bob, dan].map(({ subject }) => subject).toSorted());
  expect(second.next).toBeUndefined();
});

test('a page that holds all the participants there are is the last', async () => {
  const { deps, ann, id } = await world();
  const input = { conversationId: id, actingUserId: undefined, limit: 3, cursor: undefined };
  const { participants, next } = await listParticipants(deps, ann, input);
  expect([participants.length, next]).toEqual([3, undefined]);
});

test('participants are listed to participants and services alone, by cursors of their own conversation', async () => {
  const { deps, ann, bob, dan, service, id } = await world();
  const list = (caller: typeof ann, conversationId = id, cursor?: string) =>
    listParticipants(deps, caller, { conversationId, actingUserId: undefined, limit: 1, cursor });
  const { next: cursor } = await list(service);
  await leave(deps, bob, id);
  for (const caller of [bob, dan]) await expect(list(caller)).rejects.toMatchObject(forbidden);
  await expect(list(userOf('other', ann.subject))).rejects.toMatchObject({ code: 'not_found' });
  const other = (await create(deps, ann)).conversation.id;
  await expect(list(ann, other, cursor)).rejects.toMatchObject({
    code: 'validation_failed',
    faults: [{ path: 'cursor' }],
  });
});

test('a role that somebody has already changes nothing', async () => {
  const { deps, ann, bob, id } = await world();
  const before = await get(deps, ann, id);
  for (const [user, role] of [
    [ann, 'admin'],
    [bob, 'member'],
  ] as const) {
    expect((await rank(deps, ann, id, user.subject, role)).participant).toMatchObject({ role });
  }
  expect(await get(deps, ann, id)).toEqual(before);
});

test('the same key in another conversation is another add', async () => {
  const { deps, ann, dan, id } = await world();
  const other = (await create(deps, ann)).conversation.id;
  for (const conversation of [id, other]) await add(deps, ann, conversation, dan.subject, { idempotencyKey: 'k1' });
  for (const conversation of [id, other]) {
    expect((await get(deps, ann, conversation)).participants.at(-1)).toMatchObject({ userId: dan.subject });
  }
});

test('who joins by a clock that lags comes after the founders, and leaves after it joined', async () => {
  const clock = { time: 1_700_000_000_000 };
  const deps = depsOf(await openTable(), () => clock.time);
  const [ann, bob, dan] = [userOf('acme'), userOf('acme'), userOf('acme')];
  const { id, createdAt } = (await create(deps, ann, { participantIds: [bob.subject] })).conversation;
  clock.time -= 1_000;
  const { participant } = await add(deps, ann, id, dan.subject);
  expect(participant.joinedAt).toBe(createdAt + 1);
  const { participant: left } = await leave(deps, ann, id);
  expect(left.leftAt).toBeGreaterThanOrEqual(left.joinedAt);
  expect(await get(deps, serviceOf('acme'), id)).toMatchObject({ ownerId: bob.subject, lastMessageAt: left.leftAt });
});
