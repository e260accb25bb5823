import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import type { Principal } from '../../core/domain/principal.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { headKey, participantKey, rosterKey } from '../../core/store/keys.ts';
import { readActiveParticipants } from '../../core/store/participants.ts';
import { readItem } from '../../core/store/reading.ts';
import type { Item, Key, Table } from '../../core/store/table.ts';
import { seeing } from '../support/faults.ts';
import { add, conversations, create, get, leave, rank, remove, send, unread } from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

/** A group of so many, owned by Ann. */
async function group(count: number) {
  const table = await openTable();
  const deps = depsOf(table);
  const ann = userOf('acme');
  const others = Array.from({ length: count - 1 }, () => userOf('acme'));
  const { conversation } = await create(deps, ann, { participantIds: others.map(({ subject }) => subject) });
  return { table, deps, ann, others: others as [Principal, Principal], id: conversation.id };
}

/** The table, seen once with one item as it was before. */
const seen = async (table: Table, key: Key, before: Item | undefined) =>
  depsOf(await openTable({ existing: table, client: seeing(key, before) }));

/** Makes a change, and answers the table as who reads in its midst sees it: with one item as it was before. */
async function amid(table: Table, key: Key, change: () => Promise<unknown>): Promise<Deps> {
  const before = await readItem(table, key);
  await change();
  return seen(table, key, before);
}

/** That a conversation is what its participants' own items say. */
async function expectWhole(table: Table, id: string) {
  const { participants } = await readActiveParticipants(table, id, {
    past: undefined,
    limit: Number.POSITIVE_INFINITY,
  });
  const conversation = await get(depsOf(table), serviceOf('acme'), id);
  const admins = participants.filter(({ role }) => role === 'admin').map(({ userId }) => userId);
  expect(conversation).toMatchObject({ participantCount: participants.length, adminCount: admins.length });
  expect(admins).toContain(conversation.ownerId);
  if (participants.length <= limits.roster) {
    expect(conversation.participants.map(({ userId }) => userId).toSorted()).toEqual(
      participants.map(({ userId }) => userId),
    );
  }
}

test.each(['roster', 'head'] as const)('who takes part is not told, nor changed, by a %s of before', async (which) => {
  const { table, deps, ann, others, id } = await group(3);
  const [[bob, cleo], dan] = [others, userOf('acme')];
  const key = which === 'roster' ? rosterKey(id) : headKey(id);
  const reading = await amid(table, key, () => leave(deps, cleo, id));
  expect(await get(reading, ann, id)).toMatchObject({
    participantCount: 2,
    participants: [{ userId: ann.subject }, { userId: bob.subject }],
  });
  const adding = await amid(table, key, () => leave(deps, bob, id));
  await add(adding, ann, id, dan.subject);
  expect(await get(deps, ann, id)).toMatchObject({ participants: [{ userId: ann.subject }, { userId: dan.subject }] });
  await expectWhole(table, id);
});

test('a part that was read as it no longer is decides nothing', async () => {
  const { table, deps, ann, others, id } = await group(3);
  const [[bob, cleo], dan] = [others, userOf('acme')];
  const users = async () => (await get(deps, ann, id)).participants.map(({ userId }) => userId);
  const stale = (user: Principal, change: () => Promise<unknown>) =>
    amid(table, participantKey(id, user.subject), change);

  await rank(deps, ann, id, bob.subject, 'admin');
  const demoted = await stale(bob, () => rank(deps, ann, id, bob.subject, 'member'));
  await expect(add(demoted, bob, id, dan.subject)).rejects.toMatchObject({ code: 'forbidden' });
  const promoted = await stale(bob, () => rank(deps, ann, id, bob.subject, 'admin'));
  await rank(promoted, ann, id, bob.subject, 'admin');
  await expectWhole(table, id);

  const left = await stale(cleo, () => leave(deps, cleo, id));
  await expect(leave(left, cleo, id)).rejects.toMatchObject({ code: 'forbidden' });
  const back = await stale(cleo, () => add(deps, ann, id, cleo.subject));
  await expect(add(back, ann, id, cleo.subject)).rejects.toMatchObject({ code: 'conflict' });
  expect(await users()).toEqual([ann.subject, bob.subject, cleo.subject]);

  let again = 0;
  const later = { ...deps, now: () => Date.now() + 60_000 };
  const rejoined = await stale(cleo, async () => {
    await leave(deps, cleo, id);
    again = (await add(later, ann, id, cleo.subject)).participant.joinedAt;
  });
  expect((await leave(rejoined, cleo, id)).participant.joinedAt).toBe(again);
  expect(await users()).toEqual([ann.subject, bob.subject]);
});

test('an admin who is being demoted removes nobody', async () => {
  const { table, deps, ann, others, id } = await group(3);
  const [bob] = others;
  await rank(deps, ann, id, bob.subject, 'admin');
  const demoted = () => rank(deps, ann, id, bob.subject, 'member');
  const torn = await amid(table, participantKey(id, bob.subject), demoted);
  await expect(remove(torn, bob, id, ann.subject)).rejects.toMatchObject({ code: 'forbidden' });
  await expectWhole(table, id);
});

test('whoever is being brought back to a direct conversation gets it too', async () => {
  const { table, deps, ann, others } = await group(2);
  const [bob] = others;
  const pair = (other: Principal) => ({ kind: 'direct', participantIds: [other.subject] }) as const;
  const { id } = (await create(deps, ann, pair(bob))).conversation;
  await leave(deps, ann, id);
  const torn = await amid(table, participantKey(id, ann.subject), () => create(deps, bob, pair(ann)));
  const again = await create(torn, ann, pair(bob));
  expect(again).toMatchObject({ created: false, conversation: { id, participantCount: 2 } });
});

test('one’s own message is never unread, not while it is being sent either', async () => {
  const { table, deps, ann, others, id } = await group(2);
  await send(deps, others[0], id, 'one');
  const torn = await amid(table, participantKey(id, ann.subject), () => send(deps, ann, id, 'two'));
  expect(await unread(torn, ann, id)).toBe(0);
});

test('a conversation stays on its lists while it becomes large', async () => {
  const { table, deps, ann, id } = await group(limits.roster);
  const torn = await amid(table, headKey(id), () => add(deps, ann, id, randomUUID()));
  expect((await conversations(torn, ann)).conversations).toMatchObject([
    { id, participants: [{ userId: ann.subject }] },
  ]);
});

test.each(['admin', 'member'] as const)(
  'a large group is owned by an admin though its owner leaves while another becomes %s',
  async (role) => {
    const { table, deps, ann, others, id } = await group(300);
    const [bob, cleo] = others.toSorted((a, b) => (a.subject < b.subject ? -1 : 1)) as [Principal, Principal];
    if (role === 'member') for (const user of [bob, cleo]) await rank(deps, ann, id, user.subject, 'admin');
    const change = () => rank(deps, ann, id, bob.subject, role);
    await leave(await amid(table, participantKey(id, bob.subject), change), ann, id);
    await expectWhole(table, id);
  },
);

test('back at 200 everybody is shown, who is just joining too', async () => {
  const { table, deps, ann, others, id } = await group(limits.roster);
  const late = userOf('acme');
  const torn = await amid(table, participantKey(id, late.subject), () => add(deps, ann, id, late.subject));
  await remove(torn, ann, id, others[0].subject);
  await expectWhole(table, id);
  expect((await conversations(deps, late)).conversations).toHaveLength(1);
});

test('back at 200 nobody is shown who is just leaving', async () => {
  const { table, deps, ann, others, id } = await group(limits.roster + 2);
  const torn = await amid(table, participantKey(id, others[1].subject), () => leave(deps, others[1], id));
  await remove(torn, ann, id, others[0].subject);
  await expectWhole(table, id);
});
