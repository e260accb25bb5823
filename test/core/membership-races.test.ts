import { expect, test } from 'vitest';
import { eraseConversation } from '../../core/operations/erase-conversation.ts';
import { headKey, participantKey } from '../../core/store/keys.ts';
import { readItem } from '../../core/store/reading.ts';
import type { Table } from '../../core/store/table.ts';
import { colliding, overtaking } from '../support/faults.ts';
import { add, allMessages, create, end, get, leave, markRead, rank, remove, send, update } from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { depsOf, drop, useTables } from '../support/table.ts';

const openTable = useTables();

async function world(...admins: ('bob' | 'cleo')[]) {
  const table = await openTable();
  const deps = depsOf(table);
  const people = { ann: userOf('acme'), bob: userOf('acme'), cleo: userOf('acme'), dan: userOf('acme') };
  const { ann, bob, cleo } = people;
  const { conversation } = await create(deps, ann, { participantIds: [bob.subject, cleo.subject] });
  for (const name of admins) await rank(deps, ann, conversation.id, people[name].subject, 'admin');
  return { table, deps, ...people, id: conversation.id };
}

/** The table, as it behaves when `change` happens between what an operation reads and what it commits. */
const during = async (table: Table, change: () => Promise<unknown>) =>
  depsOf(await openTable({ existing: table, client: overtaking(change) }));

const rolesIn = async (deps: Parameters<typeof get>[0], id: string) => {
  const { ownerId, adminCount, participants } = await get(deps, serviceOf('acme'), id);
  const admins = participants.filter(({ role }) => role === 'admin').map(({ userId }) => userId);
  expect(adminCount).toBe(admins.length);
  return { ownerId, admins, users: participants.map(({ userId }) => userId) };
};

test('of two adds of one user one succeeds and one is a conflict', async () => {
  const { table, deps, ann, bob, dan, id } = await world('bob');
  const late = await during(table, () => add(deps, ann, id, dan.subject));
  await expect(add(late, bob, id, dan.subject)).rejects.toMatchObject({ code: 'conflict' });
  expect(await allMessages(deps, dan, id)).toHaveLength(1);
});

test('an admin who is demoted, or leaves, between check and commit changes nothing', async () => {
  const { table, deps, ann, bob, cleo, dan, id } = await world('bob');
  const demoted = await during(table, () => rank(deps, ann, id, bob.subject, 'member'));
  await expect(add(demoted, bob, id, dan.subject)).rejects.toMatchObject({ code: 'forbidden' });
  await rank(deps, ann, id, bob.subject, 'admin');
  const gone = await during(table, () => leave(deps, bob, id));
  await expect(remove(gone, bob, id, cleo.subject)).rejects.toMatchObject({ code: 'forbidden' });
  const rename = await during(table, () => rank(deps, ann, id, cleo.subject, 'admin').then(() => leave(deps, ann, id)));
  await expect(update(rename, ann, id, { name: 'Mine' })).rejects.toMatchObject({ code: 'forbidden' });
  expect(await get(deps, cleo, id)).toMatchObject({ name: null, ownerId: cleo.subject, participantCount: 1 });
});

test('an admin who is demoted between check and commit renames nothing', async () => {
  const { table, deps, ann, bob, id } = await world('bob');
  const late = await during(table, () => rank(deps, bob, id, ann.subject, 'member'));
  await expect(update(late, ann, id, { name: 'Mine' })).rejects.toMatchObject({ code: 'forbidden' });
  expect(await get(deps, ann, id)).toMatchObject({ name: null });
});

test('when the last two admins leave at once, the longest-standing member is admin and owner', async () => {
  const { table, deps, ann, bob, cleo, id } = await world('bob');
  const late = await during(table, () => leave(deps, bob, id));
  await leave(late, ann, id);
  expect(await rolesIn(deps, id)).toEqual({ ownerId: cleo.subject, admins: [cleo.subject], users: [cleo.subject] });
});

test('when one of two admins leaves while the other is demoted, there is an admin', async () => {
  const { table, deps, ann, bob, cleo, id } = await world('bob');
  const late = await during(table, () => rank(deps, ann, id, bob.subject, 'member'));
  await leave(late, ann, id);
  const users = [bob.subject, cleo.subject];
  expect(await rolesIn(deps, id)).toEqual({ ownerId: bob.subject, admins: [bob.subject], users });
});

test('when the heir leaves while the last admin does, the next one is admin', async () => {
  const { table, deps, ann, bob, cleo, id } = await world();
  const late = await during(table, () => leave(deps, bob, id));
  await leave(late, ann, id);
  expect(await rolesIn(deps, id)).toEqual({ ownerId: cleo.subject, admins: [cleo.subject], users: [cleo.subject] });
});

test('two who become admins at once are two more', async () => {
  const { table, deps, ann, bob, cleo, id } = await world();
  const late = await during(table, () => rank(deps, ann, id, bob.subject, 'admin'));
  await rank(late, ann, id, cleo.subject, 'admin');
  const users = [ann.subject, bob.subject, cleo.subject];
  expect(await rolesIn(deps, id)).toEqual({ ownerId: ann.subject, admins: users, users });
});

test('who is removed between check and commit gets no message in, and what got in first stays', async () => {
  const { table, deps, ann, bob, id } = await world();
  const late = await during(table, () => remove(deps, ann, id, bob.subject));
  await expect(send(late, bob, id, 'late')).rejects.toMatchObject({ code: 'forbidden' });
  await add(deps, ann, id, bob.subject);
  const beaten = await during(table, () => send(deps, bob, id, 'just in time'));
  await remove(beaten, ann, id, bob.subject);
  expect((await allMessages(deps, ann, id)).map(({ seq, systemEvent }) => [seq, systemEvent])).toEqual([
    [1, 'leave'],
    [2, 'join'],
    [3, null],
    [4, 'leave'],
  ]);
});

/** The table, as it behaves when `change` happens between what an operation reads and the item that it then updates. */
const beforeUpdate = async (table: Table, change: () => Promise<unknown>, now?: () => number) =>
  depsOf(await openTable({ existing: table, client: overtaking(change, 'UpdateItemCommand') }), now);

test('a position moves neither for who has left meanwhile, nor back over a later one', async () => {
  const { table, deps, ann, bob, id } = await world();
  const one = await send(deps, ann, id, 'one');
  const two = await send(deps, ann, id, 'two');
  const later = await beforeUpdate(table, () => markRead(deps, bob, id, two.id));
  expect(await markRead(later, bob, id, one.id)).toMatchObject({ messageId: two.id });
  const gone = await beforeUpdate(table, () => leave(deps, bob, id));
  await send(deps, ann, id, 'three');
  const last = (await allMessages(deps, ann, id)).at(-1)?.id ?? '';
  await expect(markRead(gone, bob, id, last)).rejects.toMatchObject({ code: 'forbidden' });
});

test('a position that another request has moved as far stays as that one left it', async () => {
  const { table, deps, ann, bob, id } = await world();
  const { id: last } = await send(deps, ann, id, 'one');
  let first: unknown;
  const read = async () => {
    first = await markRead(deps, bob, id, last);
  };
  const late = await beforeUpdate(table, read, () => Date.now() + 60_000);
  expect(await markRead(late, bob, id, last)).toEqual(first);
});

test('a position in a conversation that is erased meanwhile leaves nothing behind', async () => {
  const { table, deps, ann, bob, id } = await world();
  const { id: last } = await send(deps, ann, id, 'one');
  const late = await beforeUpdate(table, async () => {
    await end(deps, ann, id);
    for (const _ of [1, 2]) await eraseConversation(deps, { conversationId: id });
  });
  await expect(markRead(late, bob, id, last)).rejects.toMatchObject({ code: 'not_found' });
  for (const key of [headKey(id), participantKey(id, bob.subject)]) expect(await readItem(table, key)).toBeUndefined();
});

test('whatever is under way when a conversation is removed finds it gone', async () => {
  const attempts: [
    string,
    (deps: Parameters<typeof get>[0], w: Awaited<ReturnType<typeof world>>) => Promise<unknown>,
  ][] = [
    ['send', (deps, { bob, id }) => send(deps, bob, id, 'late')],
    ['add', (deps, { ann, dan, id }) => add(deps, ann, id, dan.subject)],
    ['leave', (deps, { bob, id }) => leave(deps, bob, id)],
    ['rank', (deps, { ann, bob, id }) => rank(deps, ann, id, bob.subject, 'admin')],
    ['rename', (deps, { ann, id }) => update(deps, ann, id, { name: 'x' })],
    ['remove', (deps, { ann, id }) => end(deps, ann, id)],
  ];
  for (const [name, attempt] of attempts) {
    const here = await world();
    const { table, deps, ann, id } = here;
    const late = await during(table, () => end(deps, ann, id));
    await expect(attempt(late, here), name).rejects.toMatchObject({ code: 'not_found' });
  }
});

test('twenty changes at once leave one consistent conversation', async () => {
  const { table, deps, ann, bob, cleo, id } = await world('bob', 'cleo');
  const busy = depsOf(await openTable({ existing: table, client: colliding() }));
  const newcomers = Array.from({ length: 12 }, () => userOf('acme').subject);
  const admins = [ann, bob, cleo];
  const outcomes = await Promise.allSettled([
    ...newcomers.map((user, at) => add(busy, admins[at % 3] ?? ann, id, user)),
    ...newcomers.slice(0, 4).map((user) => add(busy, ann, id, user)),
    leave(busy, ann, id),
    rank(busy, bob, id, cleo.subject, 'member'),
    send(busy, bob, id, 'hello'),
    send(busy, cleo, id, 'hello'),
  ]);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(['conflict', 'forbidden']).toContain(outcome.reason.code);
  }
  const { admins: left, users, ownerId } = await rolesIn(deps, id);
  expect(left).toContain(ownerId);
  const messages = await allMessages(deps, bob, id);
  expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, at) => at + 1));
  const joins = messages.flatMap(({ systemEvent, text }) => (systemEvent === 'join' ? [text?.split(' ')[0]] : []));
  expect(new Set(joins).size).toBe(joins.length);
  expect(users.toSorted()).toEqual([bob.subject, cleo.subject, ...joins].toSorted());
});

test('a send or a read that finds conversation and participant erased is told that there is none', async () => {
  const { table, deps, ann, bob, id } = await world();
  const { id: last } = await send(deps, ann, id, 'x');
  const erase = async () => {
    for (const key of [headKey(id), participantKey(id, bob.subject)]) await drop(table, key);
  };
  const notFound = { code: 'not_found', message: 'Conversation not found' };
  await expect(markRead(await beforeUpdate(table, erase), bob, id, last)).rejects.toMatchObject(notFound);
  const other = await world();
  const late = await during(other.table, async () => {
    for (const key of [headKey(other.id), participantKey(other.id, other.bob.subject)]) await drop(other.table, key);
  });
  await expect(send(late, other.bob, other.id, 'late')).rejects.toMatchObject(notFound);
});
