import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eraseConversation } from '../../core/operations/erase-conversation.ts';
import { headKey, messageKey, participantKey } from '../../core/store/keys.ts';
import { readItem } from '../../core/store/reading.ts';
import type { Item, Table } from '../../core/store/table.ts';
import { writeItems } from '../../core/store/writing.ts';
import { answering, sdkError } from '../support/faults.ts';
import { create, reply, send } from '../support/flow.ts';
import { userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, drop, set, useTables } from '../support/table.ts';

const openTable = useTables();

/** Everything that the table holds of a conversation. */
async function itemsOf(table: Table, id: string): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const query = new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': headKey(id).pk },
      ExclusiveStartKey: start,
      ConsistentRead: true,
    });
    const answer = await table.client.send(query);
    items.push(...(answer.Items ?? []));
    start = answer.LastEvaluatedKey;
  } while (start);
  return items;
}

const setStatus = (table: Table, id: string, status: string) => set(table, headKey(id), 'status', status);

const loseHead = (table: Table, id: string) => drop(table, headKey(id));

/** A conversation with so many items beside its head, and another one of the same people. */
async function world(items: number, text = 'x') {
  const table = await openTable();
  const deps = depsOf(table);
  const ann = userOf('acme');
  const [{ conversation }, other] = [await create(deps, ann), await create(deps, ann)];
  const { id } = conversation;
  await send(deps, ann, other.conversation.id, 'stays');
  // Its own participant and the roster are there already.
  // These come before it, whatever its id is.
  const more = Array.from({ length: Math.max(0, items - 2) }, (_, at) => ({
    put: { ...participantKey(id, `!${`${at}`.padStart(4, '0')}`), text },
  }));
  await writeItems(table, more);
  const neighbours = await itemsOf(table, other.conversation.id);
  return { table, deps, ann, id, other: other.conversation.id, neighbours };
}

/** Erases as the stream's records would have it done: again, whenever a run changed the head. */
async function followRecords(table: Table, id: string, slice?: number): Promise<number> {
  let runs = 0;
  let head = await readItem(table, headKey(id));
  while (head) {
    await eraseConversation({ table }, { conversationId: id, slice });
    runs += 1;
    const next = await readItem(table, headKey(id));
    expect(next).not.toEqual(head);
    head = next;
  }
  return runs;
}

test.each([
  [2, 5, 2],
  [5, 5, 2],
  [6, 5, 3],
  [11, 5, 4],
  [3, 1, 4],
])('of a removed conversation nothing stays; %i items by slices of %i take %i runs', async (items, slice, runs) => {
  const { table, id, other, neighbours } = await world(items);
  await setStatus(table, id, 'removed');
  expect(await followRecords(table, id, slice)).toBe(runs);
  expect(await itemsOf(table, id)).toEqual([]);
  expect(await itemsOf(table, other)).toEqual(neighbours);
});

/** A conversation with so many messages, each with a reply; and the ids of the conversations that these are in. */
async function repliedTo(count: number) {
  const here = await world(2);
  const replies: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const message = await send(here.deps, here.ann, here.id, 'x');
    replies.push((await reply(here.deps, here.ann, message, 'y')).conversation.id);
  }
  return { ...here, replies };
}

test.each([500, 2, 1])('the replies to its messages go with it, by slices of %i', async (slice) => {
  const { table, deps, ann, id, other, replies } = await repliedTo(3);
  const elsewhere = await send(deps, ann, other, 'x');
  const stays = (await reply(deps, ann, elsewhere, 'y')).conversation.id;
  const [neighbours, kept] = [await itemsOf(table, other), await itemsOf(table, stays)];
  await setStatus(table, id, 'removed');
  await followRecords(table, id, slice);
  expect(await itemsOf(table, id)).toEqual([]);
  for (const gone of replies) {
    expect(await readItem(table, headKey(gone))).toMatchObject({ id: gone, status: 'removed' });
    await followRecords(table, gone, slice);
    expect(await itemsOf(table, gone)).toEqual([]);
  }
  expect(await itemsOf(table, other)).toEqual(neighbours);
  expect(await itemsOf(table, stays)).toEqual(kept);
});

test('replies are removed before the messages by which they are found, and again where that failed half-way', async () => {
  const { table, id, replies } = await repliedTo(3);
  await setStatus(table, id, 'removed');
  let left = 2;
  const busy = (command: string) =>
    openTable({
      existing: table,
      client: answering(command, (next) => {
        left -= 1;
        return left >= 0 ? next() : Promise.reject(sdkError('ThrottlingException'));
      }),
    });
  const statuses = async () =>
    (await Promise.all(replies.map((one) => readItem(table, headKey(one))))).map((head) => head?.['status']).toSorted();
  const attempt = async (command: string) => eraseConversation({ table: await busy(command) }, { conversationId: id });
  await expect(attempt('UpdateItemCommand')).rejects.toMatchObject({ code: 'unavailable' });
  expect(await statuses()).toEqual(['active', 'removed', 'removed']);
  left = 0;
  await expect(attempt('BatchWriteItemCommand')).rejects.toMatchObject({ code: 'unavailable' });
  expect(await statuses()).toEqual(['removed', 'removed', 'removed']);
  await followRecords(table, replies[0] ?? '');
  await followRecords(table, id);
  expect(await itemsOf(table, id)).toEqual([]);
  // What had gone by then was not made again.
  expect(await itemsOf(table, replies[0] ?? '')).toEqual([]);
});

test('a slice with messages that were replied to is one trip more', async () => {
  const { table, id } = await repliedTo(8);
  await setStatus(table, id, 'removed');
  const recorder = new Recorder();
  const recorded = await openTable({ existing: table, client: recorder.watch });
  const erase = () => recorder.cost(() => eraseConversation({ table: recorded }, { conversationId: id }));
  // The replies' heads and the messages; the roster and a participant, who is indexed; the mark in the head.
  expect(await erase()).toMatchObject({ trips: 5, writes: 8 + 8 + 3 + 1 });
  expect(await erase()).toMatchObject({ trips: 3 });
});

test('a slice is four trips to the table, and the end of an erasure three', async () => {
  const { table, id } = await world(702);
  await setStatus(table, id, 'removed');
  const recorder = new Recorder();
  const recorded = await openTable({ existing: table, client: recorder.watch });
  const erase = () => recorder.cost(() => eraseConversation({ table: recorded }, { conversationId: id }));
  // An item, not indexed, is one unit, and so is the mark in the head.
  expect(await erase()).toMatchObject({ trips: 4 });
  expect(await itemsOf(table, id)).toHaveLength(1 + 702 - 500);
  expect(await erase()).toMatchObject({ trips: 4, writes: 203 + 1 });
  expect(await erase()).toMatchObject({ trips: 3, writes: 1 });
  expect(await itemsOf(table, id)).toEqual([]);
  expect(await erase()).toMatchObject({ trips: 2, writes: 0 });
});

test('no slice is larger than one page of a query, and none is lost', async () => {
  const { table, id } = await world(12, 'x'.repeat(200_000));
  await setStatus(table, id, 'removed');
  await eraseConversation({ table }, { conversationId: id });
  const left = await itemsOf(table, id);
  expect(left.length).toBeGreaterThan(1);
  expect(left[0]).toMatchObject({ status: 'removed', erased: 13 - left.length });
  await followRecords(table, id);
  expect(await itemsOf(table, id)).toEqual([]);
});

test.each([1, 4, 500])('of a conversation without a head all goes at once, by slices of %i', async (slice) => {
  const { table, id, other, neighbours } = await world(9);
  await loseHead(table, id);
  await eraseConversation({ table }, { conversationId: id, slice });
  expect(await itemsOf(table, id)).toEqual([]);
  expect(await itemsOf(table, other)).toEqual(neighbours);
});

test.each(['active', 'archived', 'forming'])('of a conversation that is %s nothing is touched', async (status) => {
  const { table, id } = await world(4);
  await setStatus(table, id, status);
  const before = await itemsOf(table, id);
  await eraseConversation({ table }, { conversationId: id, slice: 1 });
  expect(await itemsOf(table, id)).toEqual(before);
});

test('a record of a conversation that is gone does nothing to another one with its tail', async () => {
  const { table, id } = await world(4);
  await setStatus(table, id, 'removed');
  const before = await itemsOf(table, id);
  const namesake = `00000000-0000-7000${id.slice(18)}`;
  expect(headKey(namesake)).toEqual(headKey(id));
  await eraseConversation({ table }, { conversationId: namesake });
  expect(await itemsOf(table, id)).toEqual(before);
});

test('a record that comes late, after the last, does nothing', async () => {
  const { table, id } = await world(4);
  await setStatus(table, id, 'removed');
  await followRecords(table, id);
  await eraseConversation({ table }, { conversationId: id });
  expect(await itemsOf(table, id)).toEqual([]);
});

test('what is written while the last items are being erased is erased too', async () => {
  const { table, deps, ann, id } = await world(4);
  const { id: message } = await send(deps, ann, id, 'x');
  await setStatus(table, id, 'removed');
  const put = (text: string) => writeItems(table, [{ put: { ...messageKey(message), text } }]);
  // By somebody who did not look at the head: before the deletion, and after it.
  const busy = await openTable({
    existing: table,
    client: answering('BatchWriteItemCommand', async (next) => {
      await put('before');
      const result = await next();
      await put('after');
      return result;
    }),
  });
  await eraseConversation({ table: busy }, { conversationId: id });
  expect(await itemsOf(table, id)).toMatchObject([{ status: 'removed', erased: 5 }, { text: 'after' }]);
  await followRecords(table, id);
  expect(await itemsOf(table, id)).toEqual([]);
});

test.each([
  ['UpdateItemCommand', 0],
  ['DeleteItemCommand', 1],
])('a head that is no longer removed when its turn comes is left alone: %s', async (command, before) => {
  const { table, id } = await world(2);
  await setStatus(table, id, 'removed');
  for (let run = 0; run < before; run += 1) await eraseConversation({ table }, { conversationId: id });
  const late = await openTable({
    existing: table,
    client: answering(command, async (next) => {
      await setStatus(table, id, 'active');
      return next();
    }),
  });
  await eraseConversation({ table: late }, { conversationId: id });
  const head = await readItem(table, headKey(id));
  expect([head?.['status'], head?.['erased']]).toEqual(['active', before === 0 ? undefined : 2]);
});

test.each([
  ['UpdateItemCommand', 0],
  ['DeleteItemCommand', 1],
])('a head that is another conversation’s when its turn comes is left alone: %s', async (command, before) => {
  const { table, id } = await world(2);
  await setStatus(table, id, 'removed');
  for (let run = 0; run < before; run += 1) await eraseConversation({ table }, { conversationId: id });
  const other = { ...headKey(id), id: `00000000-0000-7000${id.slice(18)}`, status: 'removed' };
  const late = await openTable({
    existing: table,
    client: answering(command, async (next) => {
      await writeItems(table, [{ put: other }]);
      return next();
    }),
  });
  await eraseConversation({ table: late }, { conversationId: id });
  expect(await readItem(table, headKey(id))).toEqual(other);
});

test.each(['GetItemCommand', 'QueryCommand', 'BatchWriteItemCommand', 'UpdateItemCommand', 'DeleteItemCommand'])(
  'trouble that passes is told as such: %s',
  async (command) => {
    const { table, id } = await world(2);
    await setStatus(table, id, 'removed');
    if (command === 'DeleteItemCommand') await eraseConversation({ table }, { conversationId: id });
    const busy = await openTable({
      existing: table,
      client: answering(command, () => Promise.reject(sdkError('ThrottlingException'))),
    });
    await expect(eraseConversation({ table: busy }, { conversationId: id })).rejects.toMatchObject({
      code: 'unavailable',
    });
    await followRecords(table, id);
    expect(await itemsOf(table, id)).toEqual([]);
  },
);

/** A table that works for so many requests, and then no more; the last one of them may still be carried out. */
const interrupted = (table: Table, after: number, isCarriedOut: boolean) => {
  let requests = 0;
  return openTable({
    existing: table,
    client: (client) =>
      client.middlewareStack.add(
        (next) => async (args) => {
          requests += 1;
          if (requests <= after) return next(args);
          if (requests === after + 1 && isCarriedOut) await next(args);
          throw new Error('interrupted');
        },
        { step: 'initialize', name: 'interrupted' },
      ),
  });
};

test('wherever it is interrupted, and however often it is told, the end is the same', async () => {
  const interruption = fc.record({ after: fc.nat(6), isCarriedOut: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 60 }),
      fc.integer({ min: 1, max: 40 }),
      fc.boolean(),
      fc.array(interruption, { maxLength: 6 }),
      async (items, slice, hasHead, interruptions) => {
        const { table, id, other, neighbours } = await world(items);
        await (hasHead ? setStatus(table, id, 'removed') : loseHead(table, id));
        const input = { conversationId: id, slice };
        for (const { after, isCarriedOut } of interruptions) {
          const broken = await interrupted(table, after, isCarriedOut);
          await eraseConversation({ table: broken }, input).catch(() => {});
        }
        // Two at a time, as when a record is told twice.
        await Promise.all([eraseConversation({ table }, input), eraseConversation({ table }, input)]);
        await followRecords(table, id, slice);
        expect(await itemsOf(table, id)).toEqual([]);
        expect(await itemsOf(table, other)).toEqual(neighbours);
      },
    ),
    { numRuns: 40 },
  );
});
