import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { bundleRuntime } from '../../local/lambda/bundle-runtime.ts';
import { EventTooLarge, FunctionFailure } from '../../local/lambda/failure.ts';
import type { FunctionDefinition } from '../../local/lambda/functions.ts';
import { type LambdaOptions, openLambda } from '../../local/lambda/lambda.ts';

let directory = '';
let runtime = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-lambda-'));
  runtime = await bundleRuntime(join(directory, 'runtime.mjs'));
});
afterAll(() => rm(directory, { recursive: true }));

let files = 0;

/** A function whose bundle is `source`, how to invoke it, and the lines that it logs. */
async function deployed(
  source: string,
  changes: Partial<FunctionDefinition> = {},
  options: Partial<LambdaOptions> = {},
) {
  files += 1;
  const file = join(directory, `${files}.mjs`);
  await writeFile(file, source);
  const definition: FunctionDefinition = {
    name: 'Fn',
    arn: 'arn:Fn',
    file,
    handler: 'handler',
    environment: { COLOR: 'teal' },
    memoryMb: 128,
    timeoutMs: 20_000,
    accessKeyId: 'Fn',
    statements: [],
    ...changes,
  };
  const lines: string[] = [];
  const lambda = openLambda([definition], {
    runtime,
    endpoints: { ENDPOINT: 'http://here' },
    log: ({ text }) => lines.push(text),
    ...options,
  });
  onTestFinished(() => lambda.close());
  return { lines, close: () => lambda.close(), invoke: (event: unknown = {}) => lambda.invoke('arn:Fn', event) };
}

const failing = (errorType: string, message: RegExp | string) =>
  expect.objectContaining({ constructor: FunctionFailure, errorType, message: expect.stringMatching(message) });

test('passes event and result through JSON', async () => {
  const { invoke } = await deployed(
    'export const handler = async (event) => ({ event, missing: undefined, date: new Date(0) })',
  );
  expect(await invoke({ a: [1, undefined], nothing: undefined })).toEqual({
    event: { a: [1, null] },
    date: '1970-01-01T00:00:00.000Z',
  });
});

test('a function that returns nothing returns null', async () => {
  const { invoke } = await deployed('export const handler = async () => {}');
  expect(await invoke()).toBeNull();
});

test('gives a function exactly its environment, and nothing of ours', async () => {
  const { invoke } = await deployed('export const handler = async () => ({ ...process.env })');
  expect(await invoke()).toEqual({ COLOR: 'teal', ENDPOINT: 'http://here' });
});

test('gives a handler its context', async () => {
  const { invoke } = await deployed(`export const handler = async (_, context) => ({
    ...context, remaining: context.getRemainingTimeInMillis() })`);
  expect(await invoke()).toMatchObject({
    functionName: 'Fn',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:Fn',
    memoryLimitInMB: '128',
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    remaining: expect.any(Number),
  });
});

test('keeps the module between calls one after another', async () => {
  const { invoke } = await deployed('let calls = 0; export const handler = async () => (calls += 1)');
  expect([await invoke(), await invoke(), await invoke()]).toEqual([1, 2, 3]);
});

test('carries out one invocation at a time in an environment, several in several, and at most eight', async () => {
  const { invoke } = await deployed(`
    import { threadId } from 'node:worker_threads';
    import { setTimeout as sleep } from 'node:timers/promises';
    let running = 0;
    export const handler = async () => {
      running += 1;
      await sleep(5);
      const together = running;
      running -= 1;
      return { threadId, together };
    }`);
  const calls = await Promise.all(Array.from({ length: 40 }, () => invoke()));
  expect(calls.map((call) => Object(call).together)).toEqual(calls.map(() => 1));
  const threads = new Set(calls.map((call) => Object(call).threadId));
  expect(threads.size).toBeGreaterThan(1);
  expect(threads.size).toBeLessThanOrEqual(8);
});

test('tells how a function failed, and logs it', async () => {
  const { invoke, lines } = await deployed(`export const handler = async () => { throw new RangeError('too far') }`);
  await expect(invoke()).rejects.toEqual(failing('RangeError', 'too far'));
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'ERROR', function: 'Fn', errorType: 'RangeError' });
});

test.each([
  ['leaves', 'process.exit(1)', 'Runtime.ExitError', /exited/],
  [
    'throws where nobody catches',
    `setImmediate(() => { throw new Error('nobody') }); await new Promise(() => {})`,
    'Runtime.UnhandledError',
    /nobody/,
  ],
  [
    'rejects where nobody catches',
    `void Promise.reject(new Error('nobody')); await new Promise(() => {})`,
    'Runtime.UnhandledError',
    /nobody/,
  ],
  [
    'takes too much memory',
    'const hoard = []; for (;;) hoard.push(Array(1e5).fill({}))',
    'Runtime.UnhandledError',
    /memory/,
  ],
])('a function that %s fails, and the next call finds another environment', async (_, ending, errorType, message) => {
  const { invoke } = await deployed(
    `let calls = 0;
    export const handler = async ({ end }) => { calls += 1; if (end) { ${ending} } return calls }`,
    { memoryMb: 16 },
  );
  expect(await invoke({})).toBe(1);
  await expect(invoke({ end: true })).rejects.toEqual(failing(errorType, message));
  expect(await invoke({})).toBe(1);
});

test.each([
  ['waits for ever', 'await new Promise(() => {})'],
  ['computes for ever', 'for (;;);'],
])('a function that %s is ended at its time-out, alone', async (_, forever) => {
  const { invoke } = await deployed(
    `export const handler = async ({ forever }) => { if (forever) { ${forever} } return 'done' }`,
    { timeoutMs: 300 },
  );
  const late = expect(invoke({ forever: true })).rejects.toEqual(failing('Sandbox.Timedout', /0\.30 seconds/));
  expect(await invoke({})).toBe('done');
  await late;
  expect(await invoke({})).toBe('done');
});

test.each([
  ['throws', `throw new Error('no table')`, 'Error', /no table/],
  ['is no JavaScript', '{', 'SyntaxError', /./],
  ['has no handler', 'export const other = 1', 'TypeError', /handler/],
])('a bundle that %s fails every call', async (_, source, errorType, message) => {
  const { invoke } = await deployed(source);
  await expect(invoke()).rejects.toEqual(failing(errorType, message));
  await expect(invoke()).rejects.toEqual(failing(errorType, message));
});

test('takes no event and no result above six megabytes', async () => {
  const { invoke } = await deployed(`export const handler = async ({ bytes }) => 'x'.repeat(bytes)`);
  const most = 6 * 1024 * 1024;
  await expect(invoke({ text: 'x'.repeat(most) })).rejects.toBeInstanceOf(EventTooLarge);
  expect(await invoke({ bytes: most - 2 })).toHaveLength(most - 2);
  await expect(invoke({ bytes: most - 1 })).rejects.toEqual(failing('Function.ResponseSizeTooLarge', /./));
});

test('hands on what a function prints, line by line', async () => {
  const { invoke, lines } = await deployed(
    `export const handler = async () => { console.log('one\\ntwo'); console.error('three') }`,
  );
  await invoke();
  await vi.waitUntil(() => lines.length === 3);
  expect(lines.toSorted()).toEqual(['one', 'three', 'two']);
});

const waiting = 'export const handler = async ({ wait }) => { if (wait) await new Promise(() => {}); return 42 }';

test('has as many environments of a function as it may, and no more', async () => {
  const { invoke, close } = await deployed(waiting, {}, { environments: 3 });
  const stuck = [invoke({ wait: true }), invoke({ wait: true })];
  expect(await invoke({})).toBe(42);
  stuck.push(invoke({ wait: true }));
  // There is no environment left for this one.
  const calls = Promise.allSettled([...stuck, invoke({})]);
  await close();
  const reason = expect.objectContaining({ constructor: FunctionFailure, errorType: 'Runtime.ExitError' });
  expect(await calls).toEqual(Array(4).fill({ status: 'rejected', reason }));
});

test('an environment can be made to die in mid-invocation, and the next call finds another', async () => {
  const asked: unknown[] = [];
  const { invoke, lines } = await deployed(
    `let calls = 0; export const handler = async ({ die }) => { calls += 1; if (die) await new Promise(() => {}); return calls }`,
    {},
    {
      faults: {
        invocation: (name, event) => {
          asked.push([name, event]);
          return Object(event).die === undefined ? undefined : { dieAfterMs: Object(event).die };
        },
      },
    },
  );
  expect(await invoke({})).toBe(1);
  await expect(invoke({ die: 10 })).rejects.toEqual(failing('Runtime.ExitError', 'the environment died'));
  expect(await invoke({})).toBe(1);
  expect(asked).toEqual([
    ['Fn', {}],
    ['Fn', { die: 10 }],
    ['Fn', {}],
  ]);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'ERROR', errorType: 'Runtime.ExitError' });
});

test('an invocation that is quicker than its death survives, and so does its environment', async () => {
  const { invoke } = await deployed(
    'let calls = 0; export const handler = async () => (calls += 1)',
    {},
    { faults: { invocation: () => ({ dieAfterMs: 60_000 }) } },
  );
  expect([await invoke(), await invoke()]).toEqual([1, 2]);
});
