import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { EventTooLarge, FunctionFailure } from '../../local/lambda/failure.ts';
import { deliver } from '../../local/streams/delivery.ts';
import type { Mapping } from '../../local/streams/mappings.ts';

const mapping: Mapping = {
  id: 'mapping',
  function: {
    name: 'Fn',
    arn: 'arn',
    file: '',
    handler: '',
    environment: {},
    memoryMb: 128,
    timeoutMs: 1,
    accessKeyId: '',
    statements: [],
  },
  streamArn: 'arn:stream',
  filters: [],
  batchSize: 10,
  retries: 2,
  halves: true,
  reportsFailures: true,
  bucket: 'failed',
};

const Event = z.object({ Records: z.array(z.object({ dynamodb: z.object({ SequenceNumber: z.string() }) })) });
const numbersIn = (event: unknown) =>
  Event.parse(event).Records.map(({ dynamodb: { SequenceNumber } }) => Number(SequenceNumber));
const recordsOf = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ dynamodb: { SequenceNumber: String(at) } }));
const failure = () => new FunctionFailure('Error', 'no');
const report = (...numbers: unknown[]) => ({
  batchItemFailures: numbers.map((itemIdentifier) => ({ itemIdentifier })),
});

/** Delivers so many records to `handler`; tells each batch it was given, what passed, and what was given up. */
async function run(count: number, handler: (numbers: number[]) => unknown, change: Partial<Mapping> = {}) {
  const batches: number[][] = [];
  const passed: number[] = [];
  const givenUp: { numbers: number[]; invocations: number; threw: boolean }[] = [];
  const pauses: number[] = [];
  await deliver(
    recordsOf(count),
    { ...mapping, ...change },
    {
      invoke: async (event) => {
        const numbers = numbersIn(event);
        batches.push(numbers);
        return handler(numbers);
      },
      pause: async (retry) => void pauses.push(retry),
      giveUp: async ({ records, ...rest }) => void givenUp.push({ numbers: numbersIn({ Records: records }), ...rest }),
      passed: async (sequenceNumber) => void passed.push(Number(sequenceNumber)),
      signal: new AbortController().signal,
    },
  );
  return { batches, passed, givenUp, pauses };
}

test.each([
  ['nothing', undefined],
  ['null', null],
  ['an empty answer', {}],
  ['no list', { batchItemFailures: null }],
  ['an empty list', report()],
])('a batch is done when the function answers %s', async (_, answer) => {
  expect(await run(3, () => answer)).toEqual({ batches: [[0, 1, 2]], passed: [2], givenUp: [], pauses: [] });
});

test.each([
  ['an unknown record', report('7')],
  ['an empty name', report('')],
  ['no name', report(null)],
  ['another name for it', { batchItemFailures: [{ id: '1' }] }],
])('the whole batch has failed when the function names %s', async (_, answer) => {
  const { givenUp, passed } = await run(2, () => answer, { halves: false, retries: 0 });
  expect(givenUp).toEqual([{ numbers: [0, 1], invocations: 1, threw: true }]);
  expect(passed).toEqual([1]);
});

test('from the record on that failed, or the first of those, the batch is tried again', async () => {
  let tries = 0;
  const { batches, passed, givenUp, pauses } = await run(5, () => (tries++ === 0 ? report('3', '2') : undefined));
  expect(batches).toEqual([
    [0, 1, 2, 3, 4],
    [2, 3, 4],
  ]);
  expect({ passed, givenUp, pauses }).toEqual({ passed: [1, 4], givenUp: [], pauses: [1] });
});

test('what the function does not report, the mapping does not read', async () => {
  expect((await run(2, () => report('0'), { reportsFailures: false })).batches).toEqual([[0, 1]]);
});

test.each([
  ['throws', failure],
  ['gets too much', () => new EventTooLarge('big')],
])('halving isolates the one record at which the function %s; the others are done in order', async (_, error) => {
  const { batches, givenUp, passed, pauses } = await run(8, (numbers) => {
    if (numbers.includes(5)) throw error();
  });
  expect(batches).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], [4, 5, 6, 7], [4, 5], [4], [5], [5], [5], [6, 7]]);
  expect(givenUp).toEqual([{ numbers: [5], invocations: 3, threw: true }]);
  expect(passed).toEqual([3, 4, 5, 7]);
  expect(pauses).toEqual([1, 2]);
});

test('without halving, a batch that fails is given up as a whole', async () => {
  const handler = () => {
    throw failure();
  };
  const { batches, givenUp } = await run(3, handler, { halves: false, retries: 1 });
  expect(batches).toHaveLength(2);
  expect(givenUp).toEqual([{ numbers: [0, 1, 2], invocations: 2, threw: true }]);
});

test('trouble of our own ends the delivery', async () => {
  const handler = () => {
    throw new TypeError('ours');
  };
  await expect(run(1, handler)).rejects.toThrow('ours');
});

test('once the end has come, nothing is begun or given up', async () => {
  const stop = new AbortController();
  const givenUp: unknown[] = [];
  let invocations = 0;
  const delivery = deliver(
    recordsOf(2),
    { ...mapping, retries: 0, halves: false },
    {
      invoke: async () => {
        invocations += 1;
        stop.abort(new Error('the end'));
        throw failure();
      },
      pause: async () => {},
      giveUp: async (batch) => void givenUp.push(batch),
      passed: async () => {},
      signal: stop.signal,
    },
  );
  await expect(delivery).rejects.toThrow('the end');
  expect([invocations, givenUp]).toEqual([1, []]);
});

test('however a function fails, each record is done or given up, in order, and the delivery ends', async () => {
  const fate = fc.constantFrom('fine', 'report', 'throw', 'flaky');
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { minLength: 1, maxLength: 12 }), fc.boolean(), async (fates, halves) => {
      const done: number[] = [];
      const tries = new Map<number, number>();
      const handler = (numbers: number[]) => {
        for (const number of numbers) {
          const tried = (tries.get(number) ?? 0) + 1;
          tries.set(number, tried);
          const now = fates[number] === 'flaky' && tried > 2 ? 'fine' : fates[number];
          if (now === 'throw' || now === 'flaky') throw failure();
          if (now === 'report') return report(String(number));
          done.push(number);
        }
        return undefined;
      };
      const { passed, givenUp } = await run(fates.length, handler, { halves });
      const lost = new Set(givenUp.flatMap(({ numbers }) => numbers));
      const first = [...new Set(done)];
      expect(first).toEqual(first.toSorted((a, b) => a - b));
      for (const number of fates.keys())
        expect([number, first.includes(number) || lost.has(number)]).toEqual([number, true]);
      expect(passed).toEqual(passed.toSorted((a, b) => a - b));
      expect(passed.at(-1)).toBe(fates.length - 1);
    }),
  );
});
