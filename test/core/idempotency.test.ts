import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { headKey } from '../../core/store/keys.ts';
import type { Table } from '../../core/store/table.ts';
import { writeItems } from '../../core/store/writing.ts';
import { answering } from '../support/faults.ts';
import { allMessages, create, send, update } from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

async function world() {
  const deps = depsOf(await openTable());
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const { conversation } = await create(deps, ann, { participantIds: [bob.subject] });
  return { deps, ann, bob, id: conversation.id };
}

const busy = { code: 'conflict' };

test.each(['idempotencyKey', 'clientMessageId'] as const)('a send repeated under %s is stored once', async (by) => {
  const { deps, ann, id } = await world();
  const first = await send(deps, ann, id, 'hello', { [by]: 'k1' });
  await send(deps, ann, id, 'in between');
  expect(await send(deps, ann, id, 'hello', { [by]: 'k1' })).toEqual(first);
  expect(await allMessages(deps, ann, id)).toHaveLength(2);
  await expect(send(deps, ann, id, 'other words', { [by]: 'k1' })).rejects.toMatchObject(busy);
  await expect(send(deps, ann, id, 'hello', { [by]: 'k1', replyToMessageId: first.id })).rejects.toMatchObject(busy);
  expect(await allMessages(deps, ann, id)).toHaveLength(2);
});

test('twenty copies of one send at once are stored once', async () => {
  const { deps, ann, id } = await world();
  const copies = await Promise.all(
    Array.from({ length: 20 }, () => send(deps, ann, id, 'hello', { clientMessageId: 'k1', idempotencyKey: 'k2' })),
  );
  expect(new Set(copies.map((message) => message.id)).size).toBe(1);
  expect(await allMessages(deps, ann, id)).toHaveLength(1);
});

test('of two keys, either finds the message, and a clash of either is a conflict', async () => {
  const { deps, ann, id } = await world();
  const both = { idempotencyKey: 'a', clientMessageId: 'b' };
  const first = await send(deps, ann, id, 'hello', both);
  expect(await send(deps, ann, id, 'hello', { ...both, idempotencyKey: 'fresh' })).toEqual(first);
  await expect(send(deps, ann, id, 'hello', { ...both, clientMessageId: 'fresh' })).rejects.toMatchObject(busy);
  // What was answered under a key stays so, though the answer was found by the other one.
  await expect(send(deps, ann, id, 'different', { idempotencyKey: 'fresh' })).rejects.toMatchObject(busy);
  expect(await send(deps, ann, id, 'hello', { ...both, idempotencyKey: 'fresh' })).toEqual(first);
  expect(await allMessages(deps, ann, id)).toHaveLength(1);
});

test('keys belong to their user, and a clientMessageId to its conversation', async () => {
  const { deps, ann, bob, id } = await world();
  const { conversation: other } = await create(deps, ann, { participantIds: [bob.subject] });
  await send(deps, ann, id, 'hello', { clientMessageId: 'k1', idempotencyKey: 'h1' });
  await send(deps, bob, id, 'hello', { clientMessageId: 'k1', idempotencyKey: 'h1' });
  await send(deps, ann, other.id, 'hello', { clientMessageId: 'k1' });
  await expect(send(deps, ann, other.id, 'hello', { idempotencyKey: 'h1' })).rejects.toMatchObject(busy);
  expect(await allMessages(deps, ann, id)).toHaveLength(2);
  expect(await allMessages(deps, ann, other.id)).toHaveLength(1);
});

test('only its sender sees a clientMessageId', async () => {
  const { deps, ann, bob, id } = await world();
  const sent = await send(deps, ann, id, 'hello', { clientMessageId: 'k1' });
  expect(sent.clientMessageId).toBe('k1');
  expect((await allMessages(deps, ann, id))[0]?.clientMessageId).toBe('k1');
  expect((await allMessages(deps, bob, id))[0]?.clientMessageId).toBeNull();
  expect((await allMessages(deps, serviceOf('acme'), id))[0]?.clientMessageId).toBeNull();
});

test('a repeated send is answered as at first though the conversation has been archived since', async () => {
  const { deps, ann, bob, id } = await world();
  const first = await send(deps, ann, id, 'hello', { clientMessageId: 'k1' });
  await update(deps, ann, id, { status: 'archived' });
  expect(await send(deps, ann, id, 'hello', { clientMessageId: 'k1' })).toEqual(first);
  await expect(send(deps, bob, id, 'hello')).rejects.toMatchObject({ code: 'conflict' });
  await expect(send(deps, userOf('acme'), id, 'hello')).rejects.toMatchObject({ code: 'forbidden' });
  expect(await allMessages(deps, ann, id)).toHaveLength(1);
});

test.each([2, 120])('a create of %i repeated under a key creates once', async (participants) => {
  const { deps, ann } = await world();
  const input = {
    name: 'Once',
    participantIds: Array.from({ length: participants - 1 }, () => randomUUID()),
    idempotencyKey: 'k1',
  };
  const created = await Promise.all(Array.from({ length: 5 }, () => create(deps, ann, input)));
  created.push(await create(deps, ann, input));
  expect(new Set(created.map(({ conversation }) => conversation.id)).size).toBe(1);
  expect(created.every((one) => one.created)).toBe(true);
  await expect(create(deps, ann, { ...input, name: 'Twice' })).rejects.toMatchObject(busy);
});

test('a key stands for everything that a create asks for', async () => {
  const { deps, ann, bob } = await world();
  const input = { participantIds: [bob.subject], idempotencyKey: 'k1' };
  await create(deps, ann, input);
  await expect(create(deps, ann, { ...input, link: { type: 'order', id: '1' } })).rejects.toMatchObject(busy);
  await expect(create(deps, ann, { ...input, kind: 'direct' })).rejects.toMatchObject(busy);
  await expect(create(deps, ann, { ...input, participantIds: [randomUUID()] })).rejects.toMatchObject(busy);
});

/** A table on which `change` happens before the transaction of that number, 1 for the first. */
const before = (table: Table, number: number, change: () => Promise<unknown>) => {
  let count = 0;
  return openTable({
    existing: table,
    client: answering('TransactWriteItemsCommand', async (next) => {
      count += 1;
      if (count === number) await change();
      return next();
    }),
  });
};

test('a fresh key that another send takes while the other key is looked up is a conflict', async () => {
  const { deps, ann, id } = await world();
  await send(deps, ann, id, 'hello', { clientMessageId: 'c' });
  const race = await before(deps.table, 2, () => send(deps, ann, id, 'different', { idempotencyKey: 'fresh' }));
  const again = send(depsOf(race), ann, id, 'hello', { clientMessageId: 'c', idempotencyKey: 'fresh' });
  await expect(again).rejects.toMatchObject(busy);
});

test('a key that another create takes while an existing conversation is found is a conflict', async () => {
  const { deps, ann, bob } = await world();
  const direct = { kind: 'direct', participantIds: [bob.subject] } as const;
  await create(deps, ann, direct);
  const race = await before(deps.table, 1, () => create(deps, ann, { idempotencyKey: 'k' }));
  await expect(create(depsOf(race), ann, { ...direct, idempotencyKey: 'k' })).rejects.toMatchObject(busy);
});

test('a create whose conversation is gone since is not found, by its key or by its pair', async () => {
  const { deps, ann, bob } = await world();
  const direct = { kind: 'direct', participantIds: [bob.subject], idempotencyKey: 'k' } as const;
  const { conversation } = await create(deps, ann, direct);
  await writeItems(deps.table, [{ delete: headKey(conversation.id) }]);
  const gone = { code: 'not_found', message: 'Conversation not found' };
  await expect(create(deps, ann, direct)).rejects.toMatchObject(gone);
  await expect(create(deps, bob, { kind: 'direct', participantIds: [ann.subject] })).rejects.toMatchObject(gone);
});

test('a service that acts as itself has keys of its own', async () => {
  const { deps, ann, bob } = await world();
  const input = { participantIds: [ann.subject, bob.subject], idempotencyKey: 'k1' };
  const service = serviceOf('acme');
  const [own, asAnn] = [
    await create(deps, service, input),
    await create(deps, service, { ...input, actingUserId: ann.subject }),
  ];
  expect(own.conversation.id).not.toBe(asAnn.conversation.id);
  expect((await create(deps, service, input)).conversation.id).toBe(own.conversation.id);
  expect((await create(deps, ann, input)).conversation.id).toBe(asAnn.conversation.id);
  const other = await create(deps, { ...service, subject: 'another backend' }, input);
  expect(other.conversation.id).not.toBe(own.conversation.id);
});
