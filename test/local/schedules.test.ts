import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type Cloud, type CloudOptions, startCloud } from '../../local/cloud.ts';
import { engineClient } from '../../local/dynamodb/table.ts';
import { readRules } from '../../local/schedules/rules.ts';
import { openSchedules } from '../../local/schedules/schedules.ts';
import {
  bucket,
  fn,
  mapping,
  type Resources,
  restApi,
  schedule,
  streamStatements,
  table,
  templateOf,
  writeAssembly,
} from './small-stack.ts';
import { watchedLog } from './watched-log.ts';

const logger = 'export const handler = async (event) => console.log(JSON.stringify(event))';
const functions = {
  Sweeper: { source: logger },
  Failing: { source: `export const handler = async () => { throw new Error('broom') }` },
  Consumer: { source: logger, statements: streamStatements },
};
const resources = {
  ...restApi,
  ...table,
  ...bucket,
  ...schedule('Sweep', 'Sweeper'),
  ...schedule('Fail', 'Failing', 'rate(5 minutes)'),
  ...mapping('Consumer'),
};

let assembly = '';
beforeAll(async () => {
  assembly = await mkdtemp(join(tmpdir(), 'parley-schedules-'));
  await writeAssembly(assembly, resources, functions);
});
afterAll(() => rm(assembly, { recursive: true }));

async function start(options: CloudOptions = {}) {
  const { log, line, lines } = watchedLog();
  const cloud = await startCloud({ assembly, dynamodbEndpoint: process.env['DYNAMODB_ENDPOINT'], log, ...options });
  onTestFinished(() => cloud.close());
  return { cloud, line, lines };
}

/** How to write items to a cloud's table, and to see which are there. */
function itemsOf({ engineEndpoint, tableName: TableName }: Cloud) {
  const client = engineClient(engineEndpoint);
  onTestFinished(() => client.destroy());
  return {
    put: async (pk: string, expiresAt?: { N: string } | { S: string }) => {
      const Item = { pk: { S: pk }, sk: { S: 'fine' }, ...(expiresAt && { expiresAt }) };
      await client.send(new PutItemCommand({ TableName, Item }));
    },
    all: async () => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName }));
      return Items.map(({ pk }) => pk?.S).toSorted();
    },
  };
}
const seconds = (fromNow: number) => ({ N: String(Math.floor(Date.now() / 1_000) + fromNow) });

test('a function is invoked as EventBridge invokes it, and one that fails is logged', async () => {
  const { cloud, lines } = await start();
  await cloud.runSchedules();
  // What a function prints comes a moment after its answer.
  await vi.waitFor(() => expect(lines).toHaveLength(2), 10_000);
  const logged = lines.map((line) => JSON.parse(line));
  expect(logged).toContainEqual({
    version: '0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '000000000000',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    region: 'us-east-1',
    resources: ['arn:aws:events:us-east-1:000000000000:rule/Sweep'],
    detail: {},
  });
  expect(logged).toContainEqual(expect.objectContaining({ level: 'ERROR', function: 'Failing' }));
});

test('what is past its time is removed, and nothing else; the stream tells of it', async () => {
  const { cloud, lines } = await start();
  const { put, all } = itemsOf(cloud);
  await put('past', seconds(-10));
  await put('long past', { N: '1' });
  await put('later', seconds(100));
  await put('for ever');
  await put('no number', { S: '1' });
  await cloud.runSchedules();
  expect(await all()).toEqual(['for ever', 'later', 'no number']);
  await cloud.settled();
  const removed = () =>
    lines
      .flatMap((line) => JSON.parse(line).Records ?? [])
      .filter(({ eventName }) => eventName === 'REMOVE')
      .map(({ dynamodb }) => dynamodb.OldImage.pk.S);
  await vi.waitFor(() => expect(removed().toSorted()).toEqual(['long past', 'past']), 10_000);
});

test('everything is done by the clock too', async () => {
  const { cloud, line } = await start({ scheduleMs: 50 });
  const { put, all } = itemsOf(cloud);
  await put('past', seconds(-10));
  await line('Scheduled Event');
  await vi.waitUntil(async () => (await all()).length === 0, { timeout: 30_000 });
});

test('each task has its own period, failures are told, and nothing begins after the end', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const done: string[] = [];
  const failures: unknown[] = [];
  const often = { periodMs: 1_000, run: async () => void done.push('often') };
  const seldom = { periodMs: 2_500, run: async () => void done.push('seldom') };
  const bad = { periodMs: 2_000, run: () => Promise.reject(new Error('bad')) };
  const schedules = openSchedules([often, seldom, bad], (error) => failures.push(error));
  await vi.advanceTimersByTimeAsync(3_000);
  expect(done).toEqual(['often', 'often', 'seldom', 'often']);
  expect(failures).toEqual([new Error('bad')]);
  await expect(schedules.runAll()).rejects.toThrow('bad');
  await schedules.close();
  const before = done.length;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(done).toHaveLength(before);
});

const sweeper = {
  name: 'Sweeper',
  arn: 'arn:aws:lambda:us-east-1:000000000000:function:Sweeper',
  file: '',
  handler: '',
  environment: {},
  memoryMb: 128,
  timeoutMs: 1,
  accessKeyId: '',
  statements: [],
};
const read = (resources: Resources) =>
  readRules(templateOf({ ...fn('Sweeper'), ...fn('Other'), ...resources }), [sweeper]);

test('reads a rule', () => {
  expect(read(schedule('Sweep', 'Sweeper', 'rate(5 minutes)'))).toEqual([
    { arn: 'arn:aws:events:us-east-1:000000000000:rule/Sweep', periodMs: 300_000, functionArns: [sweeper.arn] },
  ]);
});

test.each<[string, Resources, RegExp]>([
  ['a cron expression', schedule('Sweep', 'Sweeper', 'cron(0 * * * ? *)'), /Sweep[\s\S]*rate in minutes/],
  ['a rate in days', schedule('Sweep', 'Sweeper', 'rate(1 day)'), /Sweep[\s\S]*rate in minutes/],
  ['a function that is not there', schedule('Sweep', 'Other'), /Sweep.*:Other/],
  [
    'a function that EventBridge may not invoke',
    { ...schedule('Sweep', 'Sweeper'), SweepPermission: { Type: 'AWS::CDK::Metadata' } },
    /Sweep.*:Sweeper/,
  ],
  [
    'a pattern of events',
    { Sweep: { Type: 'AWS::Events::Rule', Properties: { EventPattern: {}, Targets: [] } } },
    /Sweep[\s\S]*EventPattern/,
  ],
])('refuses %s, by name', (_, resources, message) => {
  expect(() => read(resources)).toThrow(message);
});
