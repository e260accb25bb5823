import { expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import { overtaking } from '../support/faults.ts';
import {
  allMessages,
  conversations,
  create,
  end,
  get,
  leave,
  page,
  rank,
  send,
  unread,
  update,
} from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

async function world(kind: 'group' | 'direct' = 'group') {
  const table = await openTable();
  const deps = depsOf(table);
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const { conversation } = await create(deps, ann, { kind, name: 'Old', participantIds: [bob.subject] });
  return { table, deps, ann, bob, service: serviceOf('acme'), id: conversation.id };
}

const forbidden = { code: 'forbidden' };
const gone = { code: 'not_found', message: 'Conversation not found' };

test('an admin renames a group, or takes its name away; members and strangers do not', async () => {
  const { deps, ann, bob, service, id } = await world();
  expect(await update(deps, ann, id, { name: 'New' })).toEqual(await get(deps, ann, id));
  expect(await get(deps, bob, id)).toMatchObject({ name: 'New', status: 'active' });
  for (const caller of [bob, userOf('acme')]) {
    await expect(update(deps, caller, id, { name: 'Mine' })).rejects.toMatchObject(forbidden);
  }
  await expect(update(deps, userOf('other'), id, { name: 'Mine' })).rejects.toMatchObject(gone);
  await rank(deps, ann, id, bob.subject, 'admin');
  expect(await update(deps, bob, id, { name: null })).toMatchObject({ name: null, participantCount: 2 });
  expect(await update(deps, service, id, { name: 'Served', status: 'archived' })).toMatchObject({
    name: 'Served',
    status: 'archived',
  });
});

test('either of a direct conversation changes it', async () => {
  const { deps, ann, bob, id } = await world('direct');
  await update(deps, bob, id, { name: 'Ours' });
  await update(deps, ann, id, { status: 'archived' });
  expect(await get(deps, bob, id)).toMatchObject({ name: 'Ours', status: 'archived' });
  await leave(deps, bob, id);
  for (const caller of [bob, userOf('acme')]) {
    await expect(update(deps, caller, id, { name: 'Mine' })).rejects.toMatchObject(forbidden);
  }
});

test('an archived conversation is read, marked as read and left, but takes no message until it is active again', async () => {
  const { deps, ann, bob, id } = await world();
  await send(deps, ann, id, 'one');
  await update(deps, ann, id, { status: 'archived' });
  await expect(send(deps, bob, id, 'two')).rejects.toMatchObject({ code: 'conflict' });
  expect((await page(deps, bob, id)).messages).toHaveLength(1);
  expect(await unread(deps, bob, id)).toBe(1);
  expect((await conversations(deps, bob)).conversations).toMatchObject([{ status: 'archived' }]);
  await update(deps, ann, id, { status: 'active' });
  expect(await send(deps, bob, id, 'two')).toMatchObject({ seq: 2 });
  await update(deps, ann, id, { status: 'archived' });
  await leave(deps, bob, id);
  expect(await get(deps, ann, id)).toMatchObject({ status: 'archived', participantCount: 1, lastSeq: 3 });
});

test('a removed conversation is found by nobody at once; its owner removes it, or a service', async () => {
  const { deps, ann, bob, service, id } = await world();
  await send(deps, ann, id, 'one');
  await expect(end(deps, bob, id)).rejects.toMatchObject(forbidden);
  await rank(deps, ann, id, bob.subject, 'admin');
  await expect(end(deps, bob, id)).rejects.toMatchObject(forbidden);
  await expect(end(deps, serviceOf('other'), id)).rejects.toMatchObject(gone);
  await end(deps, ann, id);
  for (const caller of [ann, bob, service]) {
    for (const work of [get, page, end]) await expect(work(deps, caller, id)).rejects.toMatchObject(gone);
    await expect(update(deps, caller, id, { status: 'active' })).rejects.toMatchObject(gone);
  }
  for (const user of [ann, bob]) {
    for (const work of [unread, leave]) await expect(work(deps, user, id)).rejects.toMatchObject(gone);
    expect((await conversations(deps, user)).conversations).toEqual([]);
  }
  const other = await create(deps, ann);
  await end(deps, service, other.conversation.id);
  await expect(get(deps, ann, other.conversation.id)).rejects.toMatchObject(gone);
});

test('who owns a group no longer does not remove it', async () => {
  const { deps, ann, bob, id } = await world();
  await leave(deps, ann, id);
  await expect(end(deps, ann, id)).rejects.toMatchObject(forbidden);
  await end(deps, bob, id);
});

test('nobody removes a direct conversation', async () => {
  const { deps, ann, bob, service, id } = await world('direct');
  for (const caller of [ann, bob, service]) await expect(end(deps, caller, id)).rejects.toMatchObject(forbidden);
  expect(await get(deps, bob, id)).toMatchObject({ participantCount: 2 });
});

test('of two changes at once each answer shows what was stored by then', async () => {
  const { table, deps, ann, service, id } = await world();
  const archived = await openTable({
    existing: table,
    client: overtaking(() => update(deps, service, id, { status: 'archived' })),
  });
  expect(await update(depsOf(archived), ann, id, { name: 'New' })).toMatchObject({ name: 'New', status: 'archived' });
  const beaten = await openTable({ existing: table, client: overtaking(() => update(deps, ann, id, { name: null })) });
  expect(await update(depsOf(beaten), service, id, { status: 'active' })).toMatchObject({
    name: null,
    status: 'active',
  });
  const written = await openTable({ existing: table, client: overtaking(() => send(deps, ann, id, 'x')) });
  expect(await update(depsOf(written), ann, id, { name: 'Last' })).toEqual(await get(deps, ann, id));
});

test('creating a direct conversation again brings back whoever had left it, with nothing unread', async () => {
  const { deps, ann, bob, id } = await world('direct');
  await leave(deps, bob, id);
  await send(deps, ann, id, 'are you there?');
  const again = await create(deps, ann, { kind: 'direct', participantIds: [bob.subject] });
  expect(again).toMatchObject({ created: false, conversation: { id, participantCount: 2 } });
  expect(again.conversation.participants.map(({ userId }) => userId)).toEqual([ann.subject, bob.subject]);
  expect(await unread(deps, bob, id)).toBe(0);
  await leave(deps, ann, id);
  await leave(deps, bob, id);
  const both = { kind: 'direct', participantIds: [bob.subject] } as const;
  const [one, two] = await Promise.all([
    create(deps, ann, both),
    create(deps, bob, { ...both, participantIds: [ann.subject] }),
  ]);
  expect(one.conversation.id).toBe(id);
  expect(two.conversation).toMatchObject({ id, participantCount: 2 });
  expect((await allMessages(deps, bob, id)).map(({ systemEvent }) => systemEvent)).toEqual([
    'leave',
    null,
    'join',
    'leave',
    'leave',
    'join',
    'join',
  ]);
});

test('who comes back first to a direct conversation neither owns nor administers it', async () => {
  const { deps, ann, bob, id } = await world('direct');
  for (const user of [ann, bob]) await leave(deps, user, id);
  const { conversation } = await create(deps, ann, { kind: 'direct', participantIds: [bob.subject] });
  expect(conversation).toMatchObject({ id, ownerId: null, adminCount: 0, participantCount: 2 });
  expect(conversation.participants.map(({ role }) => role)).toEqual(['member', 'member']);
});

test('a name of the longest kind fits', async () => {
  const { deps, ann, id } = await world();
  const name = '\u{1F600}'.repeat(limits.name);
  expect(await update(deps, ann, id, { name })).toMatchObject({ name });
  expect(await send(deps, ann, id, 'x')).toMatchObject({ seq: 1 });
});
