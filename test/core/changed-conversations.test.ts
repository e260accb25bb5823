import { expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
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
  const deps = depsOf(await openTable());
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const { conversation } = await create(deps, ann, { kind, name: 'Old', participantIds: [bob.subject] });
  return { deps, ann, bob, service: serviceOf('acme'), id: conversation.id };
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

test('a pair whose direct conversation was removed may have another one; nobody but a service removes it', async () => {
  const { deps, ann, bob, service, id } = await world('direct');
  await expect(end(deps, ann, id)).rejects.toMatchObject(forbidden);
  await leave(deps, bob, id);
  await end(deps, service, id);
  const again = await create(deps, bob, { kind: 'direct', participantIds: [ann.subject] });
  expect(again.created).toBe(true);
  expect(again.conversation.id).not.toBe(id);
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

test('a name of the longest kind fits', async () => {
  const { deps, ann, id } = await world();
  const name = '\u{1F600}'.repeat(limits.name);
  expect(await update(deps, ann, id, { name })).toMatchObject({ name });
  expect(await send(deps, ann, id, 'x')).toMatchObject({ seq: 1 });
});
