import { expect, test } from 'vitest';
import { replyAndTell } from '../../core/realtime/reply-and-tell.ts';
import { sendAndTell } from '../../core/realtime/send-and-tell.ts';
import { create, edit, replyTo, send, sent } from '../support/flow.ts';
import { connect, liveWorld, tellRecord } from '../support/live.ts';
import { words } from '../support/past.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { useTables } from '../support/table.ts';

const openTable = useTables();

/** A group of so many, each with a socket; the recorder counts only what this file does to the table. */
async function group(participants: number) {
  const recorder = new Recorder();
  const table = await openTable({ stream: true });
  const world = await liveWorld(table);
  const users = Array.from({ length: participants }, () => userOf('acme'));
  const ann = userOf('acme', users[0]?.subject ?? '');
  for (const user of users) await connect(world.deps, user);
  const input = { name: 'A name of some length, as people give them', participantIds: users.map((u) => u.subject) };
  const { id } = (await create(world.deps, ann, input)).conversation;
  await world.settle();
  const recorded = { ...world.deps, table: await openTable({ existing: table, client: recorder.watch }) };
  return { ...world, recorder, recorded, ann, id };
}

test.each([
  [2, 1],
  [20, 1],
  [100, 2],
])('delivering to %i before the answer costs half a unit each, and %i for the roster', async (count, roster) => {
  const { recorder, recorded, publisher, ann, id } = await group(count);
  const plain = await recorder.cost(() => send(recorded, ann, id, words(200)));
  const told = await recorder.cost(() => sendAndTell(recorded, ann, sent(id, words(200))));
  expect(publisher.posts).toBe(count);
  expect(plain).toMatchObject({ reads: 1, writes: 6, trips: 2 });
  expect(told).toMatchObject({ writes: plain.writes, trips: plain.trips + 2 });
  expect(told.reads - plain.reads).toBe(count / 2 + roster);
  expect(told.reads - plain.reads).toBeLessThanOrEqual(count / 2 + 4);
  const keyed = await recorder.cost(() => sendAndTell(recorded, ann, sent(id, words(200), { clientMessageId: 'k' })));
  expect(keyed.writes).toBe(8);
});

test('what the consumer is to deliver costs its sender nothing', async () => {
  const { recorder, recorded, publisher, ann, id } = await group(101);
  expect(await recorder.cost(() => sendAndTell(recorded, ann, sent(id, words(200))))).toMatchObject({
    reads: 1,
    writes: 6,
    trips: 2,
  });
  expect(publisher.posts).toBe(0);
});

test('handing over is one unit more', async () => {
  const { recorder, recorded, publisher, ann, id } = await group(20);
  publisher.fate = () => 'failed';
  expect(await recorder.cost(() => sendAndTell(recorded, ann, sent(id, words(200))))).toMatchObject({
    reads: 1 + 20 / 2 + 1,
    writes: 6 + 1,
    trips: 5,
  });
});

test('of a global conversation those are read who are active, however many there are in the organization', async () => {
  const { recorder, recorded, publisher, deps, ann } = await group(20);
  const { conversation } = await create(deps, serviceOf('acme'), { kind: 'global', participantIds: [] });
  const told = await recorder.cost(() => sendAndTell(recorded, ann, sent(conversation.id, words(200))));
  expect(publisher.posts).toBe(20);
  // Half a unit for each shard of the index, in one trip, and for each user's sockets in another.
  expect(told).toMatchObject({ reads: 1 + 8 / 2 + 20 / 2, trips: 4 });
});

test('an answer is delivered to those who take part in what it answers', async () => {
  const { recorder, recorded, publisher, deps, ann, id } = await group(20);
  const parent = await send(deps, ann, id, words(200));
  const first = await recorder.cost(() => replyAndTell(recorded, ann, replyTo(parent, words(200))));
  // The parent's head and its roster in one trip, the sockets in another.
  expect(first).toMatchObject({ reads: 3 + 2 + 20 / 2, trips: 2 + 2 });
  // Of the first one its conversation, too.
  expect(publisher.posts).toBe(2 * 20);
});

test.each([
  [2, 1 + 1 + 1 + 2 / 2, 2],
  [100, 1 + 2 + 1 + 100 / 2, 2],
  // Of so many there is no roster, which is looked for all the same; the participants themselves take a trip more.
  [450, 1 + 1 + 1 + 27 + 450 / 2, 3],
])('what the consumer tells %i of costs %i units', async (count, reads, trips) => {
  const { recorder, recorded, publisher, records, deps, ann, id } = await group(count);
  const message = await send(deps, ann, id, words(200));
  await records();
  await edit(deps, ann, message.id, words(200));
  const [record] = await records();
  if (!record) throw new Error('an edit makes no record');
  const told = await recorder.cost(() => tellRecord(recorded, record));
  expect(publisher.posts).toBe(count);
  expect(told).toMatchObject({ reads, writes: 0, trips });
});
