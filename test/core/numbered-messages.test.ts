import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Principal } from '../../core/domain/principal.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { readMembership } from '../../core/store/conversations.ts';
import { readNumbered } from '../../core/store/numbered-messages.ts';
import { described, written } from '../support/dialects.ts';
import { allMessages, create, send } from '../support/flow.ts';
import { withPast } from '../support/past.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const START = 1_400_000_000_000;
const YEAR = 365 * 24 * 60 * 60 * 1000;

/** Messages that come one after the other: how many, how long after those before, and how long after each other. */
interface Burst {
  readonly count: number;
  readonly after: number;
  readonly apart: number;
}

/** A conversation whose messages came in bursts. */
async function world(bursts: readonly Burst[]) {
  const recorder = new Recorder();
  let [time, step] = [START, 0];
  const deps = depsOf(await openTable({ client: recorder.watch }), () => {
    time += step;
    return time;
  });
  const ann = userOf('acme');
  const { id } = (await create(deps, ann)).conversation;
  for (const { count, after, apart } of bursts) {
    time += after;
    step = apart;
    await withPast(deps, id, 'acme', ann.subject, count);
  }
  return { recorder, deps, ann, id };
}

/** Reads page after page until one is not full, and so the last one at that time. */
async function pagesOf(
  deps: Deps,
  caller: Principal,
  id: string,
  size: number,
  meanwhile: () => Promise<unknown> = async () => {},
) {
  const pages = [];
  for (let number = 1; ; number += 1) {
    const [{ messages, isTruncated }] = await Promise.all([written(deps, caller, id, { number, size }), meanwhile()]);
    expect(isTruncated).toBe(false);
    if (messages.length > 0) pages.push(messages);
    if (messages.length < size) return pages;
  }
}

const numbers = (count: number, first = 1) => Array.from({ length: count }, (_, at) => first + at);

const burst = fc.record({
  count: fc.integer({ min: 1, max: 60 }),
  after: fc.oneof(
    fc.constant(0),
    fc.integer({ max: 100, min: 1 }),
    fc.integer({ min: 1, max: 20 }).map((years) => years * YEAR),
  ),
  apart: fc.constantFrom(0, 0, 1, 60_000),
});

test('pages of any size hold every message once, in order, however close or far apart those were written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(burst, { maxLength: 6 }), fc.integer({ min: 1, max: 100 }), async (bursts, size) => {
      const { deps, ann, id } = await world(bursts);
      const all = await allMessages(deps, ann, id);
      const pages = await pagesOf(deps, ann, id, size);
      expect(pages.flat()).toEqual(all);
      expect(all.map(({ seq }) => seq)).toEqual(numbers(bursts.reduce((sum, { count }) => sum + count, 0)));
      expect(pages.slice(0, -1).every(({ length }) => length === size)).toBe(true);
      const platformPages = await Promise.all(
        numbers(pages.length + 1).map((number) => described(deps, ann, id, { number, size })),
      );
      expect(platformPages.flatMap(({ messages }) => messages.map(({ message }) => message))).toEqual(all);
      expect(platformPages.map(({ hasMore }) => hasMore)).toEqual(
        numbers(pages.length + 1).map((number) => number * size < all.length),
      );
    }),
    { numRuns: 15 },
  );
});

test('pages hold what was there once, in order, while others write', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(burst, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 5, max: 40 }),
      async (bursts, size) => {
        const { deps, ann, id } = await world(bursts);
        const known = await allMessages(deps, ann, id);
        let left = known.length;
        const pages = await pagesOf(deps, ann, id, size, async () => {
          left -= 1;
          if (left >= 0) await send(deps, ann, id, 'new');
        });
        const found = pages.flat();
        expect(found.slice(0, known.length)).toEqual(known);
        expect(found.map(({ seq }) => seq)).toEqual(numbers(found.length));
      },
    ),
    { numRuns: 12 },
  );
});

test.each([
  [0, [1, 2]],
  [4, [2, 3]],
  [5, [2, 3]],
  [6, [3, 4]],
])('past the end of %i messages, by fives, there is nothing', async (count, empty) => {
  const { deps, ann, id } = await world([{ count, after: 0, apart: 1 }]);
  for (const number of [...empty, 1_000, 999_999_999]) {
    expect(await written(deps, ann, id, { number, size: 5 })).toEqual({ messages: [], isTruncated: false });
    expect(await described(deps, ann, id, { number, size: 5 })).toMatchObject({ messages: [], hasMore: false });
  }
});

test('a page shows a client’s own key to who sent it alone', async () => {
  const { deps, ann, id } = await world([]);
  await send(deps, ann, id, 'keyed', { clientMessageId: 'own' });
  const page = { number: 1, size: 10 };
  expect((await written(deps, ann, id, page)).messages).toMatchObject([{ clientMessageId: 'own' }]);
  expect((await written(deps, ann, id)).messages).toMatchObject([{ clientMessageId: 'own' }]);
  const service = serviceOf('acme');
  expect((await written(deps, service, id, page)).messages).toMatchObject([{ clientMessageId: null }]);
  expect((await written(deps, service, id)).messages).toMatchObject([{ clientMessageId: null }]);
});

/** A page of 50 takes so many trips, and read units, wherever it is. */
const FAR = { trips: 12, reads: 60 };

test.each([
  ['20,000 messages, one each second', [{ count: 20_000, after: 0, apart: 1_000 }]],
  [
    '10,000 messages after years without any',
    [
      { count: 1, after: 0, apart: 1 },
      { count: 10_000, after: 10 * YEAR, apart: 1 },
    ],
  ],
  [
    '200 messages of one hour, and another one years later',
    [
      { count: 200, after: 0, apart: 18_000 },
      { count: 1, after: 10 * YEAR, apart: 1 },
    ],
  ],
  [
    'twice 5,000 messages, with years between',
    [
      { count: 5_000, after: 0, apart: 1 },
      { count: 5_000, after: 10 * YEAR, apart: 1 },
    ],
  ],
  ['5,000 messages of one millisecond', [{ count: 5_000, after: 0, apart: 0 }]],
])('of %s a far page costs about as much as the first', async (_, bursts) => {
  const { recorder, deps, ann, id } = await world(bursts);
  const pages = Math.ceil(bursts.reduce((sum, { count }) => sum + count, 0) / 50);
  const cost = (number: number) => recorder.cost(() => written(deps, ann, id, { number, size: 50 }));
  // The conversation and the caller's part in it; then one query of 50 messages and another one, 400 bytes each.
  expect(await cost(1)).toMatchObject({ trips: 2, reads: 7, writes: 0 });
  const costs: { number: number; trips: number; reads: number }[] = [];
  for (const number of [2, Math.ceil(pages / 3), Math.ceil(pages / 2), pages - 1, pages]) {
    const { trips, reads, result } = await cost(number);
    expect(result.messages[0]?.seq).toBe((number - 1) * 50 + 1);
    costs.push({ number, trips, reads });
  }
  expect(costs.filter(({ trips, reads }) => trips > FAR.trips || reads > FAR.reads)).toEqual([]);
});

test('a page holds nothing that is newer than its conversation, which tells whether there is more', async () => {
  const { deps, ann, id } = await world([{ count: 3, after: 1, apart: 1 }]);
  const found = await readMembership(deps.table, 'acme', id, ann.subject);
  if (!found) throw new Error('there is no conversation');
  await send(deps, ann, id, 'newer');
  const seqs = async (first: number, count: number) =>
    (await readNumbered(deps.table, found.conversation, first, count)).map(({ seq }) => seq);
  expect([await seqs(1, 10), await seqs(3, 2), await seqs(4, 10)]).toEqual([[1, 2, 3], [3], []]);
  expect((await described(deps, ann, id)).messages).toHaveLength(4);
});
