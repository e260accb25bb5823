import type { DynamoDBRecord } from 'aws-lambda';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Deps } from '../../core/operations/deps.ts';
import type { ItemRecord, Progress } from '../../core/realtime/records.ts';
import { documentClient } from '../../core/store/table.ts';
import { streamBatchFunction } from '../../functions/edge/stream.ts';

const batch = (...ids: string[]): DynamoDBRecord[] =>
  ids.map((id) => ({ eventID: id, dynamodb: { SequenceNumber: `seq-${id}`, NewImage: { id: { S: id } } } }));

/** Has `consume` told of a batch; answers what Lambda gets, what it was told of, and what was logged. */
async function probe(
  records: DynamoDBRecord[],
  consume: (records: readonly ItemRecord[], deps: Deps) => Promise<Progress>,
  remaining = 10_000,
) {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  onTestFinished(() => spy.mockRestore());
  const table = { name: 'none', client: documentClient('http://localhost:1'), pause: async () => {} };
  const told: (readonly ItemRecord[])[] = [];
  const handler = streamBatchFunction(
    (deps: Deps, some) => {
      told.push(some);
      return consume(some, deps);
    },
    { table, now: Date.now },
  );
  const context = { awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => remaining };
  const answer = await handler({ Records: records }, context).catch((error: Error) => error);
  return { answer, told, logs: lines.map((line) => JSON.parse(line)) };
}

test('a batch is consumed together, by what the items were and are', async () => {
  const records = batch('a', 'b');
  const { answer, told, logs } = await probe(records, async ({ length }) => ({ done: length }));
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(told).toMatchObject([[{ after: { id: { S: 'a' } } }, { after: { id: { S: 'b' } } }]]);
  expect(logs).toMatchObject([{ level: 'INFO', requestId: 'invocation-1', records: 2, done: 2 }]);
});

test('the record that is in the way is named; where that is the first of several, Lambda halves the batch', async () => {
  const at = (done: number) => async () => ({ done, error: new Error('a private text') });
  const second = await probe(batch('a', 'b', 'c'), at(1));
  expect(second.answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'seq-b' }] });
  expect(second.logs).toMatchObject([
    { level: 'ERROR', sequenceNumber: 'seq-b', error: 'Error' },
    { level: 'INFO', records: 3, done: 1 },
  ]);
  expect(JSON.stringify(second.logs)).not.toContain('private');
  expect((await probe(batch('a', 'b'), at(0))).answer).toMatchObject({ name: 'Unconsumed', message: '' });
  expect((await probe(batch('a'), at(0))).answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'seq-a' }] });
  const thrown = await probe(batch('a'), () => Promise.reject(new Error('a private text')));
  expect(thrown.answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'seq-a' }] });
});

test('before Lambda would end it, it gives up, and begins nothing more', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let given: Deps | undefined;
  const probed = probe(
    batch('a'),
    (_, deps) => {
      given = deps;
      return new Promise(() => {});
    },
    300,
  );
  await vi.advanceTimersByTimeAsync(50);
  const { answer, logs } = await probed;
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'seq-a' }] });
  expect(logs[0]).toMatchObject({ level: 'ERROR', error: 'TooSlow' });
  expect(given?.table.signal?.aborted).toBe(true);
});
