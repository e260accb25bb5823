import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { listParticipants } from '../../core/operations/list-participants.ts';
import {
  add,
  allMessages,
  conversations,
  create,
  get,
  leave,
  markRead,
  rank,
  remove,
  send,
  unread,
} from '../support/flow.ts';
import { follow } from '../support/follow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

/** A group of so many, with its owner and the others in the order in which they were named. */
async function group(count: number) {
  const recorder = new Recorder();
  const deps = depsOf(await openTable({ client: recorder.watch }));
  const ann = userOf('acme');
  const others = Array.from({ length: count - 1 }, () => userOf('acme', randomUUID()));
  const { conversation } = await create(deps, ann, { participantIds: others.map(({ subject }) => subject) });
  return { recorder, deps, ann, others, id: conversation.id };
}

const everybodyIn = (deps: Deps, id: string) =>
  follow(async (cursor) => {
    const input = { conversationId: id, actingUserId: undefined, limit: 100, cursor };
    const { participants, next } = await listParticipants(deps, serviceOf('acme'), input);
    return { items: participants.map(({ userId }) => userId), next };
  });

test('past 200 participants each sees itself alone; back at 200 everybody again', async () => {
  const { deps, ann, others, id } = await group(limits.roster);
  expect((await get(deps, ann, id)).participants).toHaveLength(limits.roster);
  const late = userOf('acme');
  await add(deps, ann, id, late.subject);
  const large = await get(deps, ann, id);
  expect(large).toMatchObject({ participantCount: 201, participants: [{ userId: ann.subject, role: 'admin' }] });
  expect((await get(deps, late, id)).participants).toMatchObject([{ userId: late.subject }]);
  expect((await conversations(deps, late)).conversations).toMatchObject([{ participants: [{ userId: late.subject }] }]);
  expect(await everybodyIn(deps, id)).toHaveLength(201);

  const [first] = others;
  await remove(deps, ann, id, first?.subject ?? '');
  const small = await get(deps, ann, id);
  expect(small.participants).toHaveLength(limits.roster);
  expect(small.participants.at(-1)).toMatchObject({ userId: late.subject });
  expect(small.participants.map(({ userId }) => userId).toSorted()).toEqual(await everybodyIn(deps, id));
});

test('of a large conversation too the longest-standing comes after the last admin', async () => {
  const { deps, ann, others, id } = await group(300);
  const late = userOf('acme');
  await add(deps, ann, id, late.subject);
  // The others founded it at one instant; of them the first by id comes first.
  const [heir = ''] = others.map(({ subject }) => subject).toSorted();
  await leave(deps, ann, id);
  expect(await get(deps, serviceOf('acme'), id)).toMatchObject({ ownerId: heir, adminCount: 1, participantCount: 300 });
  await rank(deps, userOf('acme', heir), id, late.subject, 'admin');
  await leave(deps, userOf('acme', heir), id);
  expect(await get(deps, late, id)).toMatchObject({ ownerId: late.subject, adminCount: 1, participantCount: 299 });
  const promoted = await get(deps, late, id);
  expect(promoted.participants).toMatchObject([{ userId: late.subject, role: 'admin' }]);
});

test('a thousand take part, at the price of ten', async () => {
  const { recorder, deps, ann, others, id } = await group(1_000);
  expect(await everybodyIn(deps, id)).toEqual([ann, ...others].map(({ subject }) => subject).toSorted());
  const [bob, cleo] = others as [typeof ann, typeof ann];

  const sent = await recorder.cost(() => send(deps, bob, id, 'hello'));
  expect(sent).toMatchObject({ writes: 6, reads: 1, trips: 2 });
  const read = await recorder.cost(() => markRead(deps, cleo, id, sent.result.id));
  expect(read).toMatchObject({ writes: 1, reads: 3, trips: 2 });
  const added = await recorder.cost(() => add(deps, ann, id, randomUUID()));
  expect(added).toMatchObject({ writes: 9, reads: 4, trips: 2 });
  const removed = await recorder.cost(() => remove(deps, ann, id, bob.subject));
  expect(removed).toMatchObject({ writes: 9, reads: 4, trips: 2 });
  expect(await unread(deps, cleo, id)).toBe(0);
  expect(await allMessages(deps, ann, id)).toHaveLength(3);
  const page = await recorder.cost(() =>
    listParticipants(deps, ann, { conversationId: id, actingUserId: undefined, limit: 50, cursor: undefined }),
  );
  // Who has left may be among the first to be looked at; then it takes another, small look.
  expect(page.trips).toBeLessThanOrEqual(2);
  expect(page.reads).toBeLessThanOrEqual(9);
});
