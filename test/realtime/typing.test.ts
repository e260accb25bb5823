import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { RealtimeDeps } from '../../core/realtime/deps.ts';
import { tellTyping } from '../../core/realtime/tell-typing.ts';
import { create, leave, reply, send } from '../support/flow.ts';
import { connect, liveWorld } from '../support/live.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { useTables } from '../support/table.ts';

const openTable = useTables();

async function group(others: readonly string[] = []) {
  const recorder = new Recorder();
  const table = await openTable({ stream: true, client: recorder.watch });
  const world = await liveWorld(table);
  const [ann, bob, dan] = [userOf('acme'), userOf('acme'), userOf('acme')];
  await world.join(ann, bob, dan);
  const { conversation } = await create(world.deps, ann, { participantIds: [bob.subject, ...others] });
  await world.settle();
  return { ...world, recorder, ann, bob, dan, service: serviceOf('acme'), id: conversation.id };
}

const type = (deps: RealtimeDeps, by: ReturnType<typeof userOf>, conversationId: string, actingUserId?: string) =>
  tellTyping(deps, by, { conversationId, typing: true, actingUserId });

test('the others hear who is writing, and nothing is written', async () => {
  const { deps, recorder, heard, ann, bob, dan, service, id } = await group();
  const cost = await recorder.cost(() => type(deps, ann, id));
  expect(cost).toMatchObject({ writes: 0, trips: 2 });
  const data = { userId: ann.subject, typing: true };
  expect(heard(bob)).toMatchObject([{ event: 'typing', conversationId: id, data }]);
  expect([heard(ann), heard(dan)]).toEqual([[], []]);
  await tellTyping(deps, service, { conversationId: id, typing: false, actingUserId: ann.subject });
  expect(heard(bob).slice(1)).toMatchObject([{ data: { ...data, typing: false } }]);
});

test('only who takes part types', async () => {
  const { deps, publisher, ann, bob, dan, service, id } = await group();
  await leave(deps, bob, id);
  for (const user of [bob, dan]) await expect(type(deps, user, id)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(type(deps, ann, id, bob.subject)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(type(deps, service, id)).rejects.toMatchObject({ code: 'validation_failed' });
  await expect(type(deps, userOf('other', ann.subject), id)).rejects.toMatchObject({ code: 'not_found' });
  expect(publisher.posts).toBe(0);
});

test.each([
  [98, 1],
  [99, 0],
])('with %i more participants %i hear of it', async (others, frames) => {
  const { deps, heard, ann, bob, id } = await group(Array.from({ length: others }, () => randomUUID()));
  await type(deps, ann, id);
  expect(heard(bob)).toHaveLength(frames);
});

test('in a global conversation all who are active hear of it, unless they are many', async () => {
  const { deps, heard, ann, bob, dan, service } = await group();
  const { conversation } = await create(deps, service, { kind: 'global', participantIds: [] });
  await type(deps, ann, conversation.id);
  expect([heard(ann).length, heard(bob).length, heard(dan).length]).toEqual([0, 1, 1]);
  await Promise.all(Array.from({ length: 98 }, () => connect(deps, userOf('acme'))));
  await type(deps, ann, conversation.id);
  expect(heard(bob)).toHaveLength(1);
});

test('in a conversation of answers those hear of it who may read them', async () => {
  const { deps, heard, ann, bob, dan, id } = await group();
  const { conversation } = await reply(deps, ann, await send(deps, ann, id, 'x'), 'y');
  await type(deps, ann, conversation.id);
  expect([heard(ann).length, heard(bob).length, heard(dan).length]).toEqual([0, 1, 0]);
});

test('nothing is tried again', async () => {
  const { deps, publisher, records, ann, id } = await group();
  publisher.fate = () => 'failed';
  await type(deps, ann, id);
  expect(publisher.posts).toBe(1);
  expect(await records()).toEqual([]);
});
