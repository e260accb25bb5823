import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Principal } from '../../core/domain/principal.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { conversations, create, page, send } from '../support/flow.ts';
import { follow } from '../support/follow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const START = 1_700_000_000_000;

/** A conversation of `count` messages, one each ten milliseconds. */
async function withMessages(count: number) {
  let time = START;
  const deps: Deps = depsOf(await openTable(), () => time);
  const ann = userOf('acme');
  const { conversation } = await create(deps, ann);
  const sent = [];
  for (let at = 0; at < count; at += 1) {
    time = START + 10 * at;
    sent.push(await send(deps, ann, conversation.id, `message ${at}`));
  }
  return { deps, ann, id: conversation.id, sent };
}

const messagePages =
  (deps: Deps, caller: Principal, id: string, input: Parameters<typeof page>[3]) => async (cursor?: string) => {
    const { messages, next } = await page(deps, caller, id, { ...input, cursor });
    return { items: messages, next };
  };

test('pages of any size hold every message once, newest first or oldest first, while others send', async () => {
  const { deps, ann, id, sent } = await withMessages(30);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 31 }), fc.boolean(), async (limit, oldestFirst) => {
      const known = (await follow(messagePages(deps, ann, id, { limit: 100 }))).reverse();
      const input = oldestFirst ? { limit, after: { time: 0 } } : { limit };
      const pages = messagePages(deps, ann, id, input);
      const found = await follow(pages, () => (limit > 10 ? send(deps, ann, id, 'new') : Promise.resolve()));
      const inOrder = oldestFirst ? found : found.reverse();
      // Oldest first meets what is sent meanwhile at its end; newest first has passed it.
      expect(inOrder.slice(0, known.length)).toEqual(known);
      expect(new Set(inOrder.map((message) => message.id)).size).toBe(inOrder.length);
    }),
    { numRuns: 20 },
  );
  expect(sent).toHaveLength(30);
});

test('a time or a message bounds a page: time is included by `after`, a message never', async () => {
  const { deps, ann, id, sent } = await withMessages(10);
  const list = async (input: Parameters<typeof page>[3]) => (await page(deps, ann, id, input)).messages;
  const fifth = sent[4];
  if (!fifth) throw new Error('no fifth message');
  const newest = sent.toReversed();
  const byTime = { time: fifth.createdAt };
  const byId = { messageId: fifth.id };
  expect(await list({ after: byTime })).toEqual(sent.slice(4));
  expect(await list({ after: byId })).toEqual(sent.slice(5));
  expect(await list({ before: byTime })).toEqual(newest.slice(6));
  expect(await list({ before: byId })).toEqual(newest.slice(6));
  expect(await list({ after: { time: fifth.createdAt + 1 } })).toEqual(sent.slice(5));
  expect(await list({ before: { time: 0 } })).toEqual([]);
  expect(await list({ after: { time: START * 2 } })).toEqual([]);
  expect(await list({ limit: 10 })).toEqual(newest);
  expect((await page(deps, ann, id, { limit: 10 })).next).toBeUndefined();
  expect((await page(deps, ann, id, { limit: 9 })).next).toBeDefined();
  await expect(list({ before: { messageId: randomUUID() } })).rejects.toMatchObject({ faults: [{ path: 'before' }] });
});

test('a page of the longest messages is whole, past the megabyte of one query', async () => {
  const deps = depsOf(await openTable());
  const ann = userOf('acme');
  const { conversation } = await create(deps, ann);
  const longest = '\u{1F600}'.repeat(5_000);
  for (let at = 0; at < 60; at += 1) await send(deps, ann, conversation.id, longest);
  const { messages, next } = await page(deps, ann, conversation.id, { limit: 59 });
  expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 59 }, (_, at) => 60 - at));
  expect(messages[0]?.text).toBe(longest);
  expect(next).toBeDefined();
});

test('a cursor works in its own list alone, unedited', async () => {
  const { deps, ann, id, sent } = await withMessages(5);
  const { conversation: other } = await create(deps, ann);
  const { next: cursor = '' } = await page(deps, ann, id, { limit: 2 });
  expect((await page(deps, ann, id, { limit: 4, cursor })).messages.map(({ seq }) => seq)).toEqual([3, 2, 1]);
  const refused = { code: 'validation_failed', faults: [{ path: 'cursor' }] };
  await expect(page(deps, ann, other.id, { cursor })).rejects.toMatchObject(refused);
  await expect(page(deps, ann, id, { cursor, after: { time: 0 } })).rejects.toMatchObject(refused);
  await expect(conversations(deps, ann, { cursor })).rejects.toMatchObject(refused);
  const { next: list = '' } = await conversations(deps, ann, { limit: 1 });
  await expect(conversations(deps, userOf('acme'), { cursor: list })).rejects.toMatchObject(refused);

  await fc.assert(
    fc.asyncProperty(fc.nat(cursor.length - 1), fc.string({ minLength: 1, maxLength: 1 }), async (at, character) => {
      const edited = cursor.slice(0, at) + character + cursor.slice(at + 1);
      fc.pre(edited !== cursor);
      await expect(page(deps, ann, id, { cursor: edited })).rejects.toMatchObject(refused);
    }),
  );
  // The digest is no secret: who forges a cursor behind it is refused all the same.
  // A position outside of the list's own bounds is none of its positions.
  const forgeIn = (bounds: readonly unknown[], position: string) => {
    const list = JSON.stringify(['messages', id, ...bounds, position]);
    return (
      createHash('sha256').update(list).digest('base64url').slice(0, 16) + Buffer.from(position).toString('base64url')
    );
  };
  const third = JSON.stringify({ id: sent[2]?.id });
  const [early, late] = [{ time: START + 10 }, { time: START + 30 }];
  await expect(page(deps, ann, id, { after: late, cursor: forgeIn([null, late], third) })).rejects.toMatchObject(
    refused,
  );
  await expect(page(deps, ann, id, { before: early, cursor: forgeIn([early, null], third) })).rejects.toMatchObject(
    refused,
  );
  expect((await page(deps, ann, id, { before: late, cursor: forgeIn([late, null], third) })).messages).toHaveLength(2);
  const forge = (position: string) => forgeIn([null, null], position);
  const { messages: own } = await page(deps, ann, id, { cursor: forge(JSON.stringify({ id: sent[2]?.id })) });
  expect(own.map(({ seq }) => seq)).toEqual([2, 1]);
  for (const position of ['{', 'null', '{"id":7}', '{"id":"x"}', JSON.stringify({ id: randomUUID() })]) {
    await expect(page(deps, ann, id, { cursor: forge(position) })).rejects.toMatchObject(refused);
  }
  for (const nonsense of ['', 'x', '{}', cursor + cursor, `${cursor}=`, cursor.slice(1)]) {
    await expect(page(deps, ann, id, { cursor: nonsense })).rejects.toMatchObject(refused);
  }
});

test('conversations that do not move appear on exactly one page, most recently active first', async () => {
  let time = START;
  const deps = depsOf(await openTable(), () => time);
  const ann = userOf('acme');
  const service = serviceOf('acme');
  const ids: string[] = [];
  for (let at = 0; at < 25; at += 1) {
    // Some are created, or active, at the same moment.
    time = START + 1_000 * Math.floor(at / 3);
    ids.push((await create(deps, service, { participantIds: [ann.subject] })).conversation.id);
  }
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 26 }), fc.array(fc.nat(24), { maxLength: 12 }), async (limit, moves) => {
      const pending = [...moves];
      const found = await follow(
        async (cursor) => {
          const { conversations: items, next } = await conversations(deps, ann, { limit, cursor });
          return { items, next };
        },
        async () => {
          const moved = pending.shift();
          if (moved === undefined) return;
          time += 1_000;
          await send(deps, ann, ids[moved] ?? '', 'moved');
        },
      );
      const still = ids.filter((id) => !moves.some((move) => ids[move] === id));
      for (const id of still) expect(found.filter((one) => one.id === id)).toHaveLength(1);
      const activity = found.map(({ lastMessageAt, createdAt }) => lastMessageAt ?? createdAt);
      if (moves.length === 0) expect(activity).toEqual(activity.toSorted((a, b) => b - a));
    }),
    { numRuns: 25 },
  );
});
