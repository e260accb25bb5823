import { expect, test } from 'vitest';
import { getConversation } from '../../core/operations/get-conversation.ts';
import { headKey, participantKey } from '../../core/store/keys.ts';
import { readItem } from '../../core/store/reading.ts';
import type { Table } from '../../core/store/table.ts';
import { overtaking } from '../support/faults.ts';
import { allMessages, conversations, create, page, send } from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { depsOf, set, useTables } from '../support/table.ts';

const openTable = useTables();

async function world() {
  const table = await openTable();
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const { conversation } = await create(depsOf(table), ann, { participantIds: [bob.subject] });
  return { table, deps: depsOf(table), ann, bob, id: conversation.id };
}

/** A table on which `change` happens between what a send reads and what it commits. */
const interleaved = (table: Table, change: () => Promise<unknown>) =>
  openTable({ existing: table, client: overtaking(change) });

test.each([
  [
    'the sender leaves',
    'forbidden',
    (table: Table, id: string, bob: string) => set(table, participantKey(id, bob), 'leftAt', 1),
  ],
  [
    'the conversation is archived',
    'conflict',
    (table: Table, id: string) => set(table, headKey(id), 'status', 'archived'),
  ],
] as const)('a send does not get in when %s between check and commit', async (_, code, change) => {
  const { table, deps, ann, bob, id } = await world();
  const race = depsOf(await interleaved(table, () => change(table, id, bob.subject)));
  await expect(send(race, bob, id, 'late', { clientMessageId: 'k1' })).rejects.toMatchObject({ code });
  expect(await allMessages(deps, ann, id)).toEqual([]);
  expect(await getConversation(deps, ann, { id, actingUserId: undefined })).toMatchObject({ lastSeq: 0 });
});

test('a send that another one overtakes comes after it', async () => {
  const { table, deps, ann, bob, id } = await world();
  const race = depsOf(await interleaved(table, () => send(deps, ann, id, 'first')));
  expect(await send(race, bob, id, 'second')).toMatchObject({ seq: 2 });
  expect((await allMessages(deps, ann, id)).map(({ text }) => text)).toEqual(['first', 'second']);
});

test('who has left neither reads nor writes, nor finds the conversation listed', async () => {
  const { table, deps, ann, bob, id } = await world();
  await send(deps, bob, id, 'hello', { clientMessageId: 'k1' });
  await set(table, participantKey(id, bob.subject), 'leftAt', 1);
  const forbidden = { code: 'forbidden' };
  const attempts = async () => {
    await expect(getConversation(deps, bob, { id, actingUserId: undefined })).rejects.toMatchObject(forbidden);
    await expect(page(deps, bob, id)).rejects.toMatchObject(forbidden);
    await expect(send(deps, bob, id, 'again')).rejects.toMatchObject(forbidden);
    await expect(send(deps, bob, id, 'hello', { clientMessageId: 'k1' })).rejects.toMatchObject(forbidden);
  };
  await attempts();
  await set(table, headKey(id), 'status', 'archived');
  await attempts();
  const asBob = { actingUserId: bob.subject };
  await expect(page(deps, serviceOf('acme'), id, asBob)).rejects.toMatchObject(forbidden);
  expect(await allMessages(deps, ann, id)).toHaveLength(1);
});

test('of a large conversation, who has left finds nothing listed', async () => {
  const table = await openTable();
  const deps = depsOf(table);
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const others = Array.from({ length: 200 }, () => userOf('acme').subject);
  const { conversation } = await create(deps, ann, { participantIds: [bob.subject, ...others] });
  expect((await conversations(deps, bob)).conversations).toHaveLength(1);
  await set(table, participantKey(conversation.id, bob.subject), 'leftAt', 1);
  expect((await conversations(deps, bob)).conversations).toEqual([]);
});

test('a send moves its sender’s read position to the message, and nobody else’s', async () => {
  const { table, deps, ann, bob, id } = await world();
  await send(deps, ann, id, 'one');
  const sent = await send(deps, ann, id, 'two');
  expect(await readItem(table, participantKey(id, ann.subject))).toMatchObject({
    readMessageId: sent.id,
    readOrdinal: 2,
    readAt: sent.createdAt,
  });
  expect(await readItem(table, participantKey(id, bob.subject))).not.toHaveProperty('readMessageId');
});
