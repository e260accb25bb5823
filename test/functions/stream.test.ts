import type { DynamoDBRecord } from 'aws-lambda';
import { expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { unavailable } from '../../core/domain/errors.ts';
import type { Deps } from '../../core/operations/deps.ts';
import type { ItemRecord } from '../../core/realtime/records.ts';
import { documentClient } from '../../core/store/table.ts';
import { streamFunction } from '../../functions/edge/stream.ts';

const Image = z.optional(z.object({ id: z.object({ S: z.string() }) }));
const idIn = (image: unknown) => Image.parse(image)?.id.S;

const record = (sequenceNumber: string, images: object): DynamoDBRecord => ({
  eventID: sequenceNumber,
  dynamodb: { SequenceNumber: sequenceNumber, ...images },
});
const image = (id: string) => ({ id: { S: id }, text: { S: 'a private text' } });
const records = (...ids: string[]) => ids.map((id) => record(`seq-${id}`, { NewImage: image(id) }));

/** Has `consume` told of records; answers what Lambda gets, whom it was told of, and what was logged. */
async function probe(
  batch: DynamoDBRecord[],
  consume: (id: string, deps: Deps) => Promise<void> = async () => {},
  remaining = 10_000,
) {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  const told: ItemRecord[] = [];
  const table = { name: 'none', client: documentClient('http://localhost:1'), pause: async () => {} };
  const handler = streamFunction(
    async (deps, change) => {
      const id = idIn(change.after) ?? idIn(change.before) ?? '';
      told.push(change);
      await consume(id, deps);
    },
    { table, now: Date.now },
  );
  try {
    const context = { awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => remaining };
    const answer = await handler({ Records: batch }, context).catch((error: Error) => error);
    return { answer, told, logs: lines.map((line) => JSON.parse(line)), printed: lines.join() };
  } finally {
    spy.mockRestore();
  }
}

const failingAt =
  (failing: string, error: () => Error = () => new Error('a private text')) =>
  async (id: string) => {
    if (id === failing) throw error();
  };

test('records are consumed one after the other, by what an item was and is', async () => {
  let under = 0;
  const batch = [
    record('1', { NewImage: image('a') }),
    record('2', { OldImage: image('a'), NewImage: image('b') }),
    record('3', { OldImage: image('b') }),
  ];
  const { answer, told, logs } = await probe(batch, async () => {
    expect(under++).toBe(0);
    await new Promise(setImmediate);
    under -= 1;
  });
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(told.map(({ before, after }) => [idIn(before), idIn(after)])).toEqual([
    [undefined, 'a'],
    ['a', 'b'],
    ['b', undefined],
  ]);
  expect(logs).toMatchObject([{ level: 'INFO', requestId: 'invocation-1', records: 3, done: 3 }]);
});

test('at the first failure it stops and names the record, in its log without what that says', async () => {
  const { answer, told, logs, printed } = await probe(records('a', 'b', 'c'), failingAt('b'));
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'seq-b' }] });
  expect(told).toHaveLength(2);
  expect(logs).toMatchObject([
    { level: 'ERROR', requestId: 'invocation-1', sequenceNumber: 'seq-b', error: 'Error' },
    { level: 'INFO', records: 3, done: 1 },
  ]);
  expect(printed).not.toContain('private');
});

test('the first of several fails as the whole batch, so that Lambda halves it; alone it is named', async () => {
  const several = await probe(records('a', 'b'), failingAt('a'));
  expect(several.answer).toMatchObject({ name: 'Unconsumed', message: '' });
  const alone = await probe(records('a'), failingAt('a'));
  expect(alone.answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'seq-a' }] });
});

test('a record that is not as expected fails by itself', async () => {
  const odd = record('odd', { NewImage: { id: { N: '1' }, text: { S: 'a private text' } } });
  const { answer, told, printed } = await probe([...records('a'), odd, ...records('c')]);
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'odd' }] });
  expect(told).toHaveLength(1);
  expect(printed).not.toContain('private');
});

test('trouble that passes is logged by its cause', async () => {
  const cause = Object.assign(new Error('a private text'), { name: 'ThrottlingException' });
  const { logs } = await probe(
    records('a'),
    failingAt('a', () => unavailable(cause)),
  );
  expect(logs[0]).toMatchObject({ level: 'ERROR', error: 'ThrottlingException' });
});

test('before Lambda would end it, it says how far it came, and begins nothing more', async () => {
  let given: Deps | undefined;
  const consume = async (id: string, deps: Deps) => {
    given = deps;
    if (id === 'b') await new Promise(() => {});
  };
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const probed = probe(records('a', 'b', 'c'), consume, 300);
  await vi.advanceTimersByTimeAsync(50);
  const { answer, told, logs } = await probed;
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'seq-b' }] });
  expect(told).toHaveLength(2);
  expect(logs[0]).toMatchObject({ level: 'ERROR', error: 'TooSlow' });
  expect(given?.table.signal?.aborted).toBe(true);
});

test('when its time ends it answers while Lambda still listens', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let isAnswered = false;
  const probed = probe(records('a'), () => new Promise(() => {}), 600).then(() => {
    isAnswered = true;
  });
  await vi.advanceTimersByTimeAsync(349);
  expect(isAnswered).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(isAnswered).toBe(true);
  await probed;
});

test('after it has answered in time, its time does not end', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let given: Deps | undefined;
  await probe(
    records('a'),
    async (_, deps) => {
      given = deps;
    },
    260,
  );
  await vi.advanceTimersByTimeAsync(1_000);
  expect(given?.table.signal?.aborted).toBe(false);
});
