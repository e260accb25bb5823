import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import { headKey, participantKey, userConversationsKey } from '../../core/store/keys.ts';
import { createTranscript, patch, sendTo, sentFrom, transcript, transcripts, written } from '../support/dialects.ts';
import { add, allMessages, create, edit, end, leave, remove, reply, send, unsay } from '../support/flow.ts';
import { withPast } from '../support/past.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { RecordingPublisher } from '../support/publisher.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, drop, set, useTables } from '../support/table.ts';

const openTable = useTables();

/** A user, and a clock that never shows the same time twice. */
async function world() {
  const recorder = new Recorder();
  let time = 1_700_000_000_000;
  const table = await openTable({ client: recorder.watch });
  const deps = depsOf(table, () => {
    time += 1;
    return time;
  });
  const ann = userOf('acme');
  /** Makes so many conversations of Ann and somebody else; their ids, newest first. */
  const make = async (count: number) => {
    const ids: string[] = [];
    for (let at = 0; at < count; at += 20) {
      const made = await Promise.all(
        Array.from({ length: Math.min(20, count - at) }, () => createTranscript(deps, ann, [randomUUID()])),
      );
      ids.push(...made.map(({ conversation }) => conversation.id));
    }
    return ids.toSorted().reverse();
  };
  const list = async (number: number, size: number, input: Parameters<typeof transcripts>[2] = {}) =>
    (await transcripts(deps, ann, { ...input, page: { number, size } })).map(({ conversation }) => conversation.id);
  const everything = async (size: number, input: Parameters<typeof transcripts>[2] = {}) => {
    const pages: string[][] = [];
    for (let number = 1; ; number += 1) {
      const page = await list(number, size, input);
      if (page.length === 0) return pages;
      pages.push(page);
    }
  };
  return { recorder, table, deps, ann, make, list, everything };
}

const seqs = (last: number, count: number) => Array.from({ length: count }, (_, at) => last - count + 1 + at);

test('of a thousand conversations the newest created come first, in four trips, whoever sends meanwhile', async () => {
  const { recorder, deps, ann, make, list, everything } = await world();
  const ids = await make(1_000);
  const first = await recorder.cost(() => list(1, 50));
  expect(first.result).toEqual(ids.slice(0, 50));
  expect(first.trips).toBeLessThanOrEqual(4);
  expect(first.writes).toBe(0);

  for (const at of [999, 500, 60, 49, 20]) await send(deps, ann, ids[at] ?? '', 'moves nothing');
  expect(await list(1, 50)).toEqual(ids.slice(0, 50));
  expect(await list(2, 50)).toEqual(ids.slice(50, 100));
  const last = await recorder.cost(() => list(20, 50));
  expect(last.result).toEqual(ids.slice(950));
  expect(last.trips).toBeLessThanOrEqual(4);

  const pages = await everything(100);
  expect(pages.flat()).toEqual(ids);
  expect(pages).toHaveLength(10);
  expect(await list(11, 100)).toEqual([]);
  expect(await list(999_999_999, 100)).toEqual([]);
});

test('pages hold each once while others send, and what is created meanwhile shifts them by as many', async () => {
  const { deps, ann, make, list } = await world();
  const ids = await make(60);
  const found: string[] = [];
  for (const number of [1, 2, 3, 4, 5, 6]) {
    const [page] = await Promise.all([list(number, 10), send(deps, ann, ids[number * 7] ?? '', 'meanwhile')]);
    found.push(...page);
  }
  expect(found).toEqual(ids);
  const newest = await make(3);
  expect(await list(1, 10)).toEqual([...newest, ...ids.slice(0, 7)]);
  expect(await list(2, 10)).toEqual(ids.slice(7, 17));
});

test('pages are full though conversations between were removed, are being erased, or were never finished', async () => {
  const { table, deps, make, list, everything } = await world();
  const ids = await make(120);
  const kept = ids.filter((_, at) => at % 3 === 1 && (at < 30 || at > 60));
  for (const [at, id] of ids.entries()) {
    if (kept.includes(id)) continue;
    if (at % 3 === 0) await drop(table, headKey(id));
    else await set(table, headKey(id), 'status', at % 2 === 0 ? 'removed' : 'forming');
  }
  expect(await list(1, 10)).toEqual(kept.slice(0, 10));
  expect(await list(2, 10)).toEqual(kept.slice(10, 20));
  const pages = await everything(7);
  expect(pages.flat()).toEqual(kept);
  expect(pages.slice(0, -1).every(({ length }) => length === 7)).toBe(true);
  expect(await list(pages.length + 1, 7)).toEqual([]);
  expect(await list(1, 100)).toEqual(kept);
  expect(await transcripts(deps, userOf('acme'))).toEqual([]);
});

test('a list is narrowed by the type of a link, by its id, or by both, page by page', async () => {
  const { deps, ann, list, everything } = await world();
  const [one, other] = [randomUUID(), randomUUID()];
  const links = [{ type: 'order', id: one }, { type: 'order', id: other }, { type: 'visit', id: one }, null];
  const made: { id: string; at: number }[] = [];
  for (let at = 0; at < 48; at += 1) {
    const link = links[at % links.length] ?? null;
    const { conversation } = await createTranscript(deps, ann, [randomUUID()], { link });
    expect(conversation.link).toEqual(link);
    made.unshift({ id: conversation.id, at: at % links.length });
  }
  const about = (...kinds: number[]) => made.filter(({ at }) => kinds.includes(at)).map(({ id }) => id);
  const narrowed = async (link: { type?: string; id?: string }, expected: readonly string[]) => {
    const pages = await everything(5, { link });
    expect(pages.flat()).toEqual(expected);
    expect(pages.map(({ length }) => length)).toEqual(
      Array.from({ length: Math.ceil(expected.length / 5) }, (_, at) => Math.min(5, expected.length - 5 * at)),
    );
    expect(await list(pages.length + 1, 5, { link })).toEqual([]);
  };
  await narrowed({}, about(0, 1, 2, 3));
  await narrowed({ type: 'order' }, about(0, 1));
  await narrowed({ id: one }, about(0, 2));
  await narrowed({ type: 'order', id: other }, about(1));
  await narrowed({ type: 'visit', id: other }, []);
  await narrowed({ type: 'Order' }, []);
  await narrowed({ id: randomUUID() }, []);
});

test.each([
  [0, 0],
  [1, 1],
  [20, 20],
  [21, 20],
  [300, 20],
])(
  'of %i messages the list shows the latest %i, oldest first, and says whether there are older',
  async (sent, shown) => {
    const { deps, ann, make } = await world();
    const [id = ''] = await make(1);
    await withPast(deps, id, 'acme', ann.subject, sent);
    const [listed] = await transcripts(deps, ann);
    expect(listed?.messages.map(({ seq }) => seq)).toEqual(seqs(sent, shown));
    expect(listed?.isTruncated).toBe(sent > limits.latestMessages);
    const whole = await transcript(deps, ann, id);
    expect(whole.messages).toEqual(await allMessages(deps, ann, id));
    expect(whole.isTruncated).toBe(false);
    expect(await written(deps, ann, id)).toEqual({ messages: whole.messages, isTruncated: false });
  },
);

test('messages stand as they are now: edited, deleted, and what tells of joins and leaves', async () => {
  const { deps, ann, make } = await world();
  const { conversation } = await createTranscript(deps, ann, [], { name: 'Work' });
  const first = await send(deps, ann, conversation.id, 'frist');
  const second = await send(deps, ann, conversation.id, 'second');
  await edit(deps, ann, first.id, 'first');
  await unsay(deps, ann, second.id);
  const bob = userOf('acme');
  await add(deps, ann, conversation.id, bob.subject);
  await make(1);
  const expected = [
    { text: 'first', senderId: ann.subject, revision: 2 },
    { text: null, senderId: ann.subject, revision: 2 },
    { systemEvent: 'join', subjectId: bob.subject, senderId: null },
  ];
  expect((await transcript(deps, bob, conversation.id)).messages).toMatchObject(expected);
  expect((await transcripts(deps, bob))[0]?.messages).toMatchObject(expected);
  // What is changed shows the messages too.
  const renamed = await patch(deps, bob, conversation.id, { name: 'Play' });
  expect(renamed).toMatchObject({ conversation: { name: 'Play' }, messages: expected, isTruncated: false });
});

test('a direct conversation that there is already is answered with its messages', async () => {
  const { deps, ann } = await world();
  const bob = userOf('acme');
  const made = await createTranscript(deps, ann, [bob.subject]);
  expect(made).toMatchObject({ created: true, messages: [], isTruncated: false, conversation: { kind: 'direct' } });
  await send(deps, ann, made.conversation.id, 'hello');
  const again = await createTranscript(deps, bob, [ann.subject]);
  expect(again).toMatchObject({ created: false, messages: [{ text: 'hello' }], isTruncated: false });
  expect(again.conversation.id).toBe(made.conversation.id);
});

test('a conversation is direct between two without a subject, and otherwise a group', async () => {
  const { deps, ann } = await world();
  const [bob, carl] = [randomUUID(), randomUUID()];
  const kindOf = async (ids: readonly string[], name: string | null = null) => {
    const { conversation } = await createTranscript(deps, ann, ids, { name });
    return [conversation.kind, conversation.participantCount];
  };
  expect(await kindOf([bob])).toEqual(['direct', 2]);
  expect(await kindOf([bob, ann.subject])).toEqual(['direct', 2]);
  expect(await kindOf([bob], 'Subject')).toEqual(['group', 2]);
  expect(await kindOf([])).toEqual(['group', 1]);
  expect(await kindOf([ann.subject])).toEqual(['group', 1]);
  expect(await kindOf([bob, carl])).toEqual(['group', 3]);
  await expect(kindOf([bob, bob])).rejects.toMatchObject({ code: 'validation_failed' });
});

test.each(['direct', 'group'] as const)('who has left a %s sees nothing of it, though the index lags', async (kind) => {
  const { table, deps, ann, make } = await world();
  const bob = userOf('acme');
  const name = kind === 'group' ? 'Work' : null;
  const { conversation } = await createTranscript(deps, ann, [bob.subject], { name });
  const { id } = conversation;
  await send(deps, ann, id, 'secret');
  await make(2);
  await leave(deps, bob, id);
  // As the index would still have it for a moment.
  const { gsi1pk, gsi1sk } = userConversationsKey('acme', bob.subject, id);
  await set(table, participantKey(id, bob.subject), 'gsi1pk', gsi1pk);
  await set(table, participantKey(id, bob.subject), 'gsi1sk', gsi1sk);

  expect(await transcripts(deps, bob)).toEqual([]);
  const notParticipant = { code: 'forbidden', reason: 'not_participant' };
  await expect(transcript(deps, bob, id)).rejects.toMatchObject(notParticipant);
  await expect(written(deps, bob, id)).rejects.toMatchObject(notParticipant);
  await expect(written(deps, bob, id, { number: 1, size: 5 })).rejects.toMatchObject(notParticipant);
  await expect(patch(deps, bob, id, { name: 'Mine' })).rejects.toMatchObject(notParticipant);
  expect((await transcripts(deps, ann)).map(({ conversation: { id } }) => id)).toContain(id);
  expect((await transcript(deps, ann, id)).conversation).toMatchObject({
    name,
    participants: [{ userId: ann.subject }],
  });
});

test('of a removed conversation nothing is shown to anybody, from then on', async () => {
  const { deps, ann } = await world();
  const bob = userOf('acme');
  const { id } = (await createTranscript(deps, ann, [bob.subject], { name: 'Work' })).conversation;
  await send(deps, ann, id, 'secret');
  await end(deps, ann, id);
  const gone = { code: 'not_found' };
  for (const user of [ann, bob, serviceOf('acme')]) {
    await expect(transcript(deps, user, id)).rejects.toMatchObject(gone);
    await expect(written(deps, user, id)).rejects.toMatchObject(gone);
    await expect(patch(deps, user, id, { name: 'Back' })).rejects.toMatchObject(gone);
  }
  for (const user of [ann, bob]) expect(await transcripts(deps, user)).toEqual([]);
});

test('any participant changes a group; a service too; nobody else, and of global ones and replies as ever', async () => {
  const { deps, ann } = await world();
  const bob = userOf('acme');
  const service = serviceOf('acme');
  const { id } = (await createTranscript(deps, ann, [bob.subject], { name: 'Work' })).conversation;
  const forbidden = { code: 'forbidden' };
  expect((await patch(deps, bob, id, { status: 'archived' })).conversation.status).toBe('archived');
  expect((await patch(deps, service, id, { status: 'active' })).conversation.status).toBe('active');
  expect((await patch(deps, bob, id, { name: null })).conversation).toMatchObject({ name: null, kind: 'group' });
  await expect(patch(deps, userOf('acme'), id, { name: 'x' })).rejects.toMatchObject(forbidden);

  const global = (await create(deps, service, { kind: 'global', participantIds: [] })).conversation.id;
  await expect(patch(deps, ann, global, { name: 'x' })).rejects.toMatchObject(forbidden);
  expect((await patch(deps, service, global, { name: 'News' })).conversation.name).toBe('News');
  const parent = await send(deps, ann, id, 'parent');
  const replies = (await reply(deps, bob, parent, 'reply')).conversation.id;
  await expect(patch(deps, bob, replies, { name: 'x' })).rejects.toMatchObject(forbidden);
  expect((await patch(deps, ann, replies, { name: 'Thread' })).conversation.name).toBe('Thread');
});

test('a list has the global conversations of the organization among the others, and no replies', async () => {
  const { deps, ann, make, list } = await world();
  const older = await make(2);
  const global = (await create(deps, serviceOf('acme'), { kind: 'global', participantIds: [] })).conversation.id;
  const newer = await make(2);
  await create(deps, serviceOf('other'), { kind: 'global', participantIds: [] });
  const parent = await send(deps, ann, newer[0] ?? '', 'parent');
  await reply(deps, ann, parent, 'reply');
  expect(await list(1, 50)).toEqual([...newer, global, ...older]);
  const everybodys = (await transcripts(deps, ann)).find(({ conversation }) => conversation.id === global);
  expect(everybodys?.conversation.participants).toEqual([]);
});

test('who is removed from a group sees it no more; who stays does', async () => {
  const { deps, ann } = await world();
  const bob = userOf('acme');
  const { id } = (await createTranscript(deps, ann, [bob.subject, randomUUID()])).conversation;
  expect(await transcripts(deps, bob)).toHaveLength(1);
  await remove(deps, ann, id, bob.subject);
  expect(await transcripts(deps, bob)).toEqual([]);
  expect(await transcripts(deps, ann)).toHaveLength(1);
});

test('a large conversation shows its viewer alone, and takes one trip to list', async () => {
  const { recorder, deps, ann } = await world();
  const many = Array.from({ length: limits.roster }, () => randomUUID());
  const { conversation } = await createTranscript(deps, ann, many);
  expect(conversation).toMatchObject({ participantCount: limits.roster + 1, participants: [{ userId: ann.subject }] });
  const listed = await recorder.cost(() => transcripts(deps, ann));
  expect(listed.result).toMatchObject([{ conversation: { participants: [{ userId: ann.subject }] } }]);
  expect(listed.trips).toBeLessThanOrEqual(3);
  const bob = userOf('acme', many[0]);
  expect((await transcript(deps, bob, conversation.id)).conversation.participants).toMatchObject([
    { userId: bob.subject },
  ]);
});

test('one conversation takes two trips, a page of its messages two, and changing it three', async () => {
  const { recorder, deps, ann, make } = await world();
  const [id = ''] = await make(1);
  await withPast(deps, id, 'acme', ann.subject, 30);
  expect(await recorder.cost(() => transcript(deps, ann, id))).toMatchObject({ trips: 2, writes: 0 });
  expect(await recorder.cost(() => written(deps, ann, id))).toMatchObject({ trips: 2, writes: 0 });
  expect(await recorder.cost(() => written(deps, ann, id, { number: 1, size: 50 }))).toMatchObject({ trips: 2 });
  expect(await recorder.cost(() => patch(deps, ann, id, { name: 'New' }))).toMatchObject({ trips: 3 });
  expect(await recorder.cost(() => transcripts(deps, ann))).toMatchObject({ trips: 3, writes: 0 });
});

test('what platforms keep with messages bounds what is read of a conversation, though it is not shown', async () => {
  const { recorder, deps, ann } = await world();
  const bob = userOf('acme');
  const { id } = (await createTranscript(deps, ann, [bob.subject])).conversation;
  const context = sentFrom('web', { attachments: ['x'.repeat(32_000)], metadata: { note: 'x'.repeat(16_000) } });
  const live = { ...deps, publisher: new RecordingPublisher() };
  const count = 220;
  for (let at = 0; at < count; at += 1) {
    await sendTo(live, ann, id, bob.subject, `${at} ${'x'.repeat(limits.text - 10)}`, { context });
  }

  for (const read of [() => transcript(deps, ann, id), () => written(deps, ann, id)]) {
    const { result, trips } = await recorder.cost(read);
    expect(trips).toBe(1 + 8);
    expect(result.isTruncated).toBe(true);
    expect(result.messages.map(({ seq }) => seq)).toEqual(seqs(count, result.messages.length));
    // Eight megabytes hold that many.
    expect(result.messages.length).toBeGreaterThan(120);
    expect(result.messages.length).toBeLessThan(count);
  }

  const { result, trips } = await recorder.cost(() => transcripts(deps, ann));
  expect(trips).toBe(3);
  const [{ messages, isTruncated } = { messages: [], isTruncated: false }] = result;
  expect(isTruncated).toBe(true);
  expect(messages.map(({ seq }) => seq)).toEqual(seqs(count, messages.length));
  expect(messages.length).toBeGreaterThan(10);
});
