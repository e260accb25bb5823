import { randomUUID } from 'node:crypto';
import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import { byAge, newReaction } from '../../core/domain/reaction.ts';
import { messageKey } from '../../core/store/keys.ts';
import { readItem } from '../../core/store/reading.ts';
import type { Table } from '../../core/store/table.ts';
import { overtaking } from '../support/faults.ts';
import { create, react, reactions, send, show, takeBack } from '../support/flow.ts';
import { userOf } from '../support/people.ts';
import { depsOf, set, useTables } from '../support/table.ts';

const openTable = useTables();

const START = 1_700_000_000_000;

async function world(text = 'hello') {
  const table = await openTable();
  const clock = { time: START };
  const deps = depsOf(table, () => clock.time);
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const { conversation } = await create(deps, ann, { participantIds: [bob.subject] });
  const { id } = await send(deps, ann, conversation.id, text);
  return { table, clock, deps, ann, bob, id };
}

/** Gives a message so many reactions, the longest there are, as that many users would have. */
const fill = (table: Table, id: string, count: number) =>
  set(
    table,
    messageKey(id),
    'reactions',
    Object.fromEntries(Array.from({ length: count }, () => [`${randomUUID()}#${'\u{1F600}'.repeat(16)}`, START])),
  );

test('a user reacts once with one emoji, keeps the reaction’s id, and takes back what is its own', async () => {
  const { clock, deps, ann, bob, id } = await world();
  clock.time = START - 9_000;
  const first = await react(deps, bob, id, '\u{1F44D}');
  const { reaction } = first;
  expect(first).toEqual({
    created: true,
    reaction: { id: expect.any(String), messageId: id, userId: bob.subject, emoji: '\u{1F44D}', createdAt: START },
  });
  clock.time = START + 9_000;
  expect(await react(deps, bob, id, '\u{1F44D}')).toEqual({ created: false, reaction });
  const others = [await react(deps, ann, id, '\u{1F44D}'), await react(deps, bob, id, '\u{1F44E}')];
  expect(new Set([first, ...others].map(({ reaction }) => reaction.id)).size).toBe(3);
  expect((await show(deps, ann, id)).revision).toBe(4);

  await expect(takeBack(deps, ann, id, '\u{1F44E}')).rejects.toMatchObject({
    code: 'not_found',
    message: 'Reaction not found',
  });
  expect(await takeBack(deps, bob, id, '\u{1F44D}')).toEqual(reaction);
  await expect(takeBack(deps, bob, id, '\u{1F44D}')).rejects.toMatchObject({ code: 'not_found' });
  expect(await react(deps, bob, id, '\u{1F44D}')).toEqual({
    created: true,
    reaction: { ...reaction, createdAt: START + 9_000 },
  });
  expect((await show(deps, ann, id)).revision).toBe(6);
});

test('reactions come oldest first; of the same moment by user, then by emoji', async () => {
  const { clock, deps, ann, bob, id } = await world();
  const [low = ann, high = bob] = [ann, bob].sort((a, b) => (a.subject < b.subject ? -1 : 1));
  await react(deps, high, id, 'b');
  await react(deps, high, id, 'a');
  await react(deps, low, id, 'z');
  clock.time += 1;
  await react(deps, low, id, '0');
  const shown = await reactions(deps, ann, id);
  expect(shown.map(({ userId, emoji }) => [userId, emoji])).toEqual([
    [low.subject, 'z'],
    [high.subject, 'a'],
    [high.subject, 'b'],
    [low.subject, '0'],
  ]);
  expect((await show(deps, ann, id)).reactions).toEqual(shown);
});

test('an emoji may be whatever text is short enough', async () => {
  const { deps, ann, id } = await world();
  for (const emoji of [
    '#',
    'a#b',
    '.',
    ':one',
    '#name',
    '/',
    '%2F',
    '"',
    '__proto__',
    'a.b',
    'reactions',
    '\u{1F469}\u200D\u{1F680}',
  ]) {
    expect((await react(deps, ann, id, emoji)).created).toBe(true);
    expect((await react(deps, ann, id, emoji)).created).toBe(false);
    expect(await reactions(deps, ann, id)).toMatchObject([{ userId: ann.subject, emoji }]);
    expect(await takeBack(deps, ann, id, emoji)).toMatchObject({ emoji });
  }
  expect(await reactions(deps, ann, id)).toEqual([]);
});

test('the same reaction twice at once is one: new to one of them', async () => {
  const { table, deps, ann, id } = await world();
  let first: unknown;
  const client = overtaking(async () => {
    first = await react(deps, ann, id, '+1');
  });
  const second = await react(depsOf(await openTable({ existing: table, client })), ann, id, '+1');
  expect(first).toMatchObject({ created: true });
  expect(second).toEqual({ ...Object(first), created: false });
  expect(await show(deps, ann, id)).toMatchObject({ revision: 2, reactions: [{ emoji: '+1' }] });
});

test('a reaction taken back twice at once is taken back once', async () => {
  const { table, deps, ann, id } = await world();
  await react(deps, ann, id, '+1');
  const client = overtaking(() => takeBack(deps, ann, id, '+1'));
  const late = depsOf(await openTable({ existing: table, client }));
  await expect(takeBack(late, ann, id, '+1')).rejects.toMatchObject({ code: 'not_found' });
  expect(await show(deps, ann, id)).toMatchObject({ revision: 3, reactions: [] });
});

test('a message takes a thousand reactions and not one more, not even at the same moment', async () => {
  const longest = '\u{1F600}';
  const { table, deps, ann, bob, id } = await world(longest.repeat(limits.text));
  await fill(table, id, 999);
  const client = overtaking(() => react(deps, bob, id, longest.repeat(16)));
  const late = depsOf(await openTable({ existing: table, client }));
  const refused = { code: 'conflict', message: expect.stringContaining('1000 reactions') };
  await expect(react(late, ann, id, 'late')).rejects.toMatchObject(refused);
  await expect(react(deps, ann, id, 'later')).rejects.toMatchObject(refused);
  expect((await react(deps, bob, id, longest.repeat(16))).created).toBe(false);
  expect(await reactions(deps, ann, id)).toHaveLength(1_000);
  // DynamoDB takes 400 KB: this is as large as a message can be.
  const item = (await readItem(table, messageKey(id))) ?? {};
  expect(Buffer.byteLength(JSON.stringify(marshall(item)))).toBeLessThan(200_000);
  await takeBack(deps, bob, id, longest.repeat(16));
  expect((await react(deps, ann, id, 'room')).created).toBe(true);
});

test('reactions of one user and moment come by emoji, in whatever order they are kept', () => {
  const messageId = randomUUID();
  const made = ['c', 'a', 'b'].map((emoji) => newReaction(messageId, 'ann', emoji, START));
  expect(made.sort(byAge).map(({ emoji }) => emoji)).toEqual(['a', 'b', 'c']);
});
