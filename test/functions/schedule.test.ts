import { expect, onTestFinished, test, vi } from 'vitest';
import type { RealtimeDeps } from '../../core/realtime/deps.ts';
import { documentClient } from '../../core/store/table.ts';
import { scheduledFunction } from '../../functions/edge/schedule.ts';
import { Connections } from '../support/connections.ts';
import { withTime } from '../support/socket-event.ts';

/** Runs what is due; answers what Lambda gets, and what was logged. */
async function probe(work: (deps: RealtimeDeps) => Promise<{ failures: unknown[]; closed?: number }>, ms?: number) {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  onTestFinished(() => spy.mockRestore());
  const table = { name: 'none', client: documentClient('http://localhost:1'), pause: async () => {} };
  const handler = scheduledFunction(work, { table, now: Date.now, publisher: new Connections() });
  const answer = await handler({ id: 'event' }, withTime(ms)).catch((error: Error) => error);
  expect(lines.join()).not.toContain('private');
  return { answer, logs: lines.map((line) => JSON.parse(line)) };
}

test('what it did is logged in numbers', async () => {
  const { answer, logs } = await probe(async () => ({ closed: 3, failures: [] }));
  expect(answer).toBeUndefined();
  expect(logs).toMatchObject([{ level: 'INFO', requestId: 'invocation-1', closed: 3, failed: 0 }]);
});

test('it fails when something went wrong, which is logged, some of it', async () => {
  const failures = Array.from({ length: 12 }, () => new Error('a private text'));
  const { answer, logs } = await probe(async () => ({ closed: 1, failures }));
  expect(answer).toMatchObject({ name: 'Incomplete', message: '' });
  expect(logs.filter(({ level }) => level === 'ERROR')).toHaveLength(10);
  expect(logs.at(-1)).toMatchObject({ level: 'INFO', closed: 1, failed: 12 });
  const thrown = await probe(() => Promise.reject(new Error('a private text')));
  expect(thrown).toMatchObject({ answer: { name: 'Incomplete' }, logs: [{ level: 'ERROR', error: 'Error' }] });
});

test('before Lambda would end it, it gives up, and begins nothing more', async () => {
  let given: RealtimeDeps | undefined;
  const { answer, logs } = await probe((deps) => {
    given = deps;
    return new Promise(() => {});
  }, 260);
  expect(answer).toMatchObject({ name: 'Incomplete' });
  expect(logs).toMatchObject([{ level: 'ERROR', error: 'TooSlow' }]);
  expect(given?.table.signal?.aborted).toBe(true);
});
