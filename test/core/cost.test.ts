import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import { getConversation } from '../../core/operations/get-conversation.ts';
import { messageKey } from '../../core/store/keys.ts';
import {
  add,
  bookmark,
  bookmarks,
  conversations,
  create,
  edit,
  leave,
  markRead,
  page,
  rank,
  react,
  reactions,
  remove,
  reply,
  send,
  show,
  takeBack,
  unbookmark,
  unread,
  unsay,
} from '../support/flow.ts';
import { withPast, words } from '../support/past.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, set, useTables } from '../support/table.ts';

const openTable = useTables();

async function world() {
  const recorder = new Recorder();
  const deps = depsOf(await openTable({ client: recorder.watch }));
  return { recorder, deps, ann: userOf(randomUUID()) };
}

const others = (count: number) => Array.from({ length: count }, () => randomUUID());

describe.each([2, 50])('with %i participants', (participants) => {
  test.each([100, 10_000])('and %i earlier messages, every step of the flow costs the same', async (earlier) => {
    const { recorder, deps, ann } = await world();
    const name = 'A name of some length, as people give them';
    const { conversation } = await create(deps, ann, { name, participantIds: others(participants - 1) });
    const { id } = conversation;
    await withPast(deps, id, ann.organization, ann.subject, earlier);

    const plain = await recorder.cost(() => send(deps, ann, id, words(200)));
    expect(plain).toMatchObject({ writes: 6, reads: 1, trips: 2 });
    const keyed = await recorder.cost(() => send(deps, ann, id, words(200), { idempotencyKey: randomUUID() }));
    expect(keyed).toMatchObject({ writes: 8, reads: 1, trips: 2 });
    const own = await recorder.cost(() => send(deps, ann, id, words(200), { clientMessageId: randomUUID() }));
    expect(own).toMatchObject({ writes: 8, reads: 1, trips: 2 });
    const keys = { clientMessageId: randomUUID(), idempotencyKey: randomUUID() };
    const both = await recorder.cost(() => send(deps, ann, id, words(200), keys));
    expect(both).toMatchObject({ writes: 10, reads: 1, trips: 2 });

    const got = await recorder.cost(() => getConversation(deps, ann, { id, actingUserId: undefined }));
    expect(got.trips).toBe(1);
    expect(got.writes).toBe(0);
    expect(got.reads).toBeLessThanOrEqual(participants === 2 ? 3 : 4);

    const read = await recorder.cost(() => page(deps, ann, id, { limit: 50 }));
    expect(read.result.messages).toHaveLength(50);
    expect(read).toMatchObject({ trips: 1, writes: 0 });
    expect(read.reads).toBeLessThanOrEqual(8);
  });
});

test('of 200 participants a conversation costs what their roster weighs', async () => {
  const { recorder, deps, ann } = await world();
  const { conversation } = await create(deps, ann, { participantIds: others(199) });
  const got = await recorder.cost(() => getConversation(deps, ann, { id: conversation.id, actingUserId: undefined }));
  expect(got.result.participants).toHaveLength(200);
  expect(got).toMatchObject({ reads: 6, writes: 0, trips: 1 });
});

test('a long message costs what its size adds, and no more', async () => {
  const { recorder, deps, ann } = await world();
  const { conversation } = await create(deps, ann);
  const long = await recorder.cost(() => send(deps, ann, conversation.id, words(5_000)));
  // 5,000 bytes and the message's other attributes are six kilobytes: ten units more than one, in a transaction.
  expect(long).toMatchObject({ writes: 16, reads: 1, trips: 2 });
});

test('a reply reads its parent beside the conversation, and costs no trip more', async () => {
  const { recorder, deps, ann } = await world();
  const { conversation } = await create(deps, ann);
  const parent = await send(deps, ann, conversation.id, words(200));
  const reply = await recorder.cost(() =>
    send(deps, ann, conversation.id, words(200), { replyToMessageId: parent.id }),
  );
  expect(reply).toMatchObject({ writes: 6, reads: 2, trips: 2 });
});

test.each([
  ['group', 2],
  ['global', 0],
] as const)('what a reply in a %s costs does not depend on how many there are', async (kind, check) => {
  const { recorder, deps, ann } = await world();
  const bob = userOf(ann.organization);
  const maker = serviceOf(ann.organization);
  const participantIds = kind === 'group' ? [ann.subject, bob.subject, ...others(48)] : [];
  const { conversation } = await create(deps, maker, { kind, participantIds });
  const parent = await send(deps, ann, conversation.id, words(200));
  const other = await send(deps, ann, conversation.id, words(200));
  const cost = (on = parent, clientMessageId: string | null = null) =>
    recorder.cost(() => reply(deps, bob, on, words(200), { clientMessageId }));

  // Two units each for the message, the conversation, the position, the mark in the parent, the parent itself, the check
  // of a part, and a key.
  expect(await cost()).toMatchObject({ writes: 10 + check, trips: 2, reads: 3 });
  expect(await cost(other, 'k1')).toMatchObject({ writes: 12 + check, trips: 2, reads: 4 });
  for (const earlier of [1, 5_000]) {
    const { id } = (await reply(deps, ann, parent, 'one more')).conversation;
    await withPast(deps, id, ann.organization, ann.subject, earlier);
    expect(await cost()).toMatchObject({ writes: 6 + check, trips: 3, reads: 4 });
    expect(await cost(parent, `k${earlier}`)).toMatchObject({ writes: 8 + check, trips: 3, reads: 5 });
    expect(await cost(parent, `k${earlier}`)).toMatchObject({ writes: 0, trips: 2 });

    expect(await recorder.cost(() => getConversation(deps, ann, { id, actingUserId: undefined }))).toMatchObject({
      writes: 0,
      trips: 2,
    });
    const listed = await recorder.cost(() => page(deps, ann, id, { limit: 3 }));
    // The page may come while the parent is being read, or before.
    expect(listed.trips).toBeLessThanOrEqual(2);
    const [last] = listed.result.messages;
    expect(await recorder.cost(() => unread(deps, ann, id))).toMatchObject({ writes: 0, trips: 2 });
    const marked = await recorder.cost(() => markRead(deps, ann, id, last?.id ?? ''));
    expect(marked).toMatchObject({ writes: 1 });
    expect(marked.trips).toBeLessThanOrEqual(3);
    expect(await recorder.cost(() => show(deps, ann, last?.id ?? ''))).toMatchObject({ writes: 0, trips: 2 });
    const change = { writes: 2 + check, trips: 3 };
    expect(await recorder.cost(() => react(deps, ann, last?.id ?? '', '+1'))).toMatchObject(change);
  }
  const { id } = (await reply(deps, ann, other, 'one more')).conversation;
  expect(await recorder.cost(() => send(deps, ann, id, 'x').catch(() => {}))).toMatchObject({ writes: 0, trips: 3 });
});

test('a list of 50 conversations of ten takes two trips', async () => {
  const { recorder, deps, ann } = await world();
  for (let at = 0; at < 50; at += 1) await create(deps, ann, { participantIds: others(9) });
  const listed = await recorder.cost(() => conversations(deps, ann));
  expect(listed.result.conversations).toHaveLength(50);
  expect(listed.result.conversations.every(({ participants }) => participants.length === 10)).toBe(true);
  expect(listed).toMatchObject({ trips: 2, writes: 0 });
  expect(listed.reads).toBeLessThanOrEqual(60);
});

test('a page of 1,000 conversations takes three trips', async () => {
  const { recorder, deps, ann } = await world();
  for (let at = 0; at < 1_000; at += 20) {
    await Promise.all(Array.from({ length: 20 }, () => create(deps, ann, { participantIds: others(1) })));
  }
  const listed = await recorder.cost(() => conversations(deps, ann));
  expect(listed.result.conversations).toHaveLength(50);
  expect(listed.result.next).toBeDefined();
  expect(listed).toMatchObject({ trips: 3, writes: 0 });
});

test.each([0, 5_000])('what changes who takes part costs the same after %i messages', async (earlier) => {
  const { recorder, deps, ann } = await world();
  const [bob = '', ...rest] = others(9);
  const { conversation } = await create(deps, ann, { participantIds: [bob, ...rest] });
  const { id } = conversation;
  await withPast(deps, id, ann.organization, ann.subject, earlier);
  const [dan, eve] = [randomUUID(), randomUUID()];

  const added = await recorder.cost(() => add(deps, ann, id, dan));
  const keyed = await recorder.cost(() => add(deps, ann, id, eve, { idempotencyKey: 'k1' }));
  const removed = await recorder.cost(() => remove(deps, ann, id, dan));
  const left = await recorder.cost(() => leave(deps, userOf(ann.organization, eve), id));
  const ranked = await recorder.cost(() => rank(deps, ann, id, bob, 'admin'));
  // The last admin but one: the owner goes, and another owns it.
  const passed = await recorder.cost(() => leave(deps, ann, id));
  expect({ added, keyed, removed, left, ranked, passed }).toMatchObject({
    added: { writes: 11, reads: 4, trips: 2 },
    keyed: { writes: 13, reads: 5, trips: 2 },
    removed: { writes: 11, reads: 4, trips: 2 },
    left: { writes: 9, reads: 3, trips: 2 },
    ranked: { writes: 8, reads: 4, trips: 2 },
    passed: { writes: 9, reads: 3, trips: 2 },
  });
});

test.each([3, 5_000])('reading on costs the same after %i messages', async (earlier) => {
  const { recorder, deps, ann } = await world();
  const bob = userOf(ann.organization);
  const { conversation } = await create(deps, ann, { participantIds: [bob.subject, ...others(8)] });
  const { id } = conversation;
  await withPast(deps, id, ann.organization, ann.subject, earlier);
  const [last, , first] = (await page(deps, ann, id, { limit: 3 })).messages;

  const counted = await recorder.cost(() => unread(deps, bob, id));
  expect(counted).toMatchObject({ result: earlier, reads: 2, writes: 0, trips: 1 });
  const marked = await recorder.cost(() => markRead(deps, bob, id, last?.id ?? ''));
  expect(marked).toMatchObject({ reads: 3, writes: 1, trips: 2 });
  const back = await recorder.cost(() => markRead(deps, bob, id, first?.id ?? ''));
  expect(back).toMatchObject({ reads: 3, writes: 0, trips: 1 });
  const again = await recorder.cost(() => markRead(deps, bob, id, last?.id ?? ''));
  expect(again).toMatchObject({ reads: 3, writes: 0, trips: 1 });
  expect(await unread(deps, bob, id)).toBe(0);
});

test.each([
  [2, 10],
  [80, 1_000],
])('of %i participants and %i messages, what is done to one message costs the same', async (participants, earlier) => {
  const { recorder, deps, ann } = await world();
  const { conversation } = await create(deps, ann, { participantIds: others(participants - 1) });
  await withPast(deps, conversation.id, ann.organization, ann.subject, earlier);
  const { id } = await send(deps, ann, conversation.id, words(200));
  const read = { reads: 3, writes: 0, trips: 1 };
  expect(await recorder.cost(() => show(deps, ann, id))).toMatchObject(read);
  expect(await recorder.cost(() => reactions(deps, ann, id))).toMatchObject(read);
  // Two units for the message, two for the check that its changer takes part.
  const change = { reads: 3, writes: 4, trips: 2 };
  expect(await recorder.cost(() => react(deps, ann, id, '+1'))).toMatchObject(change);
  expect(await recorder.cost(() => react(deps, ann, id, '+1'))).toMatchObject(read);
  expect(await recorder.cost(() => takeBack(deps, ann, id, '+1'))).toMatchObject(change);
  expect(await recorder.cost(() => edit(deps, ann, id, words(200)))).toMatchObject(change);
  expect(await recorder.cost(() => bookmark(deps, ann, id))).toMatchObject({ reads: 3, writes: 2, trips: 2 });
  expect(await recorder.cost(() => unbookmark(deps, ann, id))).toMatchObject({ reads: 3, writes: 2, trips: 2 });
  expect(await recorder.cost(() => unsay(deps, ann, id))).toMatchObject(change);
  expect(await recorder.cost(() => unsay(deps, ann, id))).toMatchObject(read);
});

test('a page of bookmarks takes two trips, and reads each conversation once', async () => {
  const { recorder, deps, ann } = await world();
  const { conversation } = await create(deps, ann);
  for (let at = 0; at < 40; at += 1) {
    await bookmark(deps, ann, (await send(deps, ann, conversation.id, words(200))).id);
  }
  const listed = await recorder.cost(() => bookmarks(deps, ann));
  expect(listed.result.bookmarks).toHaveLength(40);
  expect(listed).toMatchObject({ trips: 2, writes: 0 });
  expect(listed.reads).toBeLessThanOrEqual(45);
});

test('a page that ends early because of its size reads little past its end', async () => {
  const { recorder, deps, ann } = await world();
  const { conversation } = await create(deps, ann);
  for (let at = 0; at < 70; at += 1) {
    const { id } = await send(deps, ann, conversation.id, 'popular');
    const names = Array.from({ length: limits.reactions }, () => `${randomUUID()}#+1`);
    await set(deps.table, messageKey(id), 'reactions', Object.fromEntries(names.map((name) => [name, 1])));
  }
  const listed = await recorder.cost(() => page(deps, ann, conversation.id, { limit: 100 }));
  const { messages, next } = listed.result;
  expect(messages.length).toBeGreaterThan(10);
  expect(messages.length).toBeLessThan(30);
  expect(next).toBeDefined();
  // Of more than three megabytes at most two, a query each: 256 units a megabyte.
  expect(listed.reads).toBeLessThan(2.1 * 256);
});
