import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod/mini';
import { arn } from '../../local/aws.ts';
import { keepFailedBatch } from '../../local/streams/failed-batch.ts';
import type { Mapping } from '../../local/streams/mappings.ts';
import { eventRecord } from '../../local/streams/record.ts';
import { type Aws, type Fn, startAws } from './aws.ts';

const streamArn = arn('dynamodb', 'table/Parley/stream/1');
const functionArn = (name: string) => arn('lambda', `function:${name}`);

const mapping = (name: string): Mapping => ({
  id: `${name}Mapping`,
  function: {
    ...{ name, arn: functionArn(name), file: '/index.mjs', handler: 'handler', environment: {}, memoryMb: 1024 },
    ...{ timeoutMs: 20_000, accessKeyId: name, statements: [] },
  },
  ...{ streamArn, filters: [], batchSize: 10, retries: 10, halves: true, reportsFailures: true, bucket: 'failed' },
});

const record = (number: number, written: string) =>
  eventRecord(
    {
      eventID: `${number}`,
      eventName: 'INSERT',
      dynamodb: {
        ApproximateCreationDateTime: new Date(1_700_000_000_000),
        SequenceNumber: `${number}`,
        Keys: { pk: { S: 'C#1' }, sk: { S: `M#${number}` } },
        NewImage: { pk: { S: 'C#1' }, sk: { S: `M#${number}` }, text: { S: written } },
      },
    },
    streamArn,
  );

/** A bucket, with `failed` batches in it as the laptop leaves them, which has Lambda's way of doing it. */
async function bucketOf(failed: Readonly<Record<string, readonly ReturnType<typeof record>[]>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-redrive-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, records] of Object.entries(failed))
    await keepFailedBatch(directory, mapping(name), { shardId: 'shard', records, invocations: 11, threw: true });
  return directory;
}

async function aws(directory: string, functions: Readonly<Record<string, Fn>> = {}): Promise<Aws> {
  const byArn = Object.entries(functions).map(([name, fn]): [string, Fn] => [functionArn(name), fn]);
  const started = await startAws('failed', directory, Object.fromEntries(byArn));
  onTestFinished(started.close);
  return started;
}

const Event = z.object({
  Records: z.array(z.looseObject({ dynamodb: z.looseObject({ SequenceNumber: z.string(), NewImage: z.unknown() }) })),
});

/** A function that consumes all but what is called poison, and does so as ours do; and the numbers of what it consumed. */
function consumer(): { fn: Fn; consumed: string[] } {
  const consumed: string[] = [];
  const fn: Fn = (event) => {
    const { Records } = Event.parse(event);
    for (const [index, { dynamodb }] of Records.entries()) {
      if (JSON.stringify(dynamodb.NewImage).includes('poison')) {
        if (index === 0 && Records.length > 1) throw new Error('poison');
        return { batchItemFailures: [{ itemIdentifier: dynamodb.SequenceNumber }] };
      }
      consumed.push(dynamodb.SequenceNumber);
    }
    return { batchItemFailures: [] };
  };
  return { fn, consumed };
}

const main = fileURLToPath(new URL('../../redrive/main.ts', import.meta.url));

/** Runs the command as an operator does. */
const run = (
  { url }: Pick<Aws, 'url'>,
  ...args: string[]
): Promise<{ code: unknown; stdout: string; stderr: string }> => {
  const env = { ...process.env, AWS_ENDPOINT_URL_S3: url, AWS_ENDPOINT_URL_LAMBDA: url };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
};

test('every batch comes to its function again as it was, and goes', async () => {
  const batches = {
    Changes: [record(1, 'a'), record(2, 'b')],
    Presence: [record(3, 'c')],
    Other: [record(4, 'd')],
  };
  const directory = await bucketOf(batches);
  const events: unknown[] = [];
  const fn: Fn = (event) => {
    events.push(event);
  };
  const cloud = await aws(directory, { Changes: fn, Presence: fn, Other: fn });
  const { code, stdout } = await run(cloud, '--bucket', 'failed');
  expect(events).toEqual(expect.arrayContaining(Object.values(batches).map((Records) => ({ Records }))));
  expect(events).toHaveLength(3);
  expect(await cloud.keys()).toEqual([]);
  expect(stdout).toContain('consumed, 2 for Changes\n');
  expect(stdout).toMatch(/\n3 consumed, 0 kept\n$/);
  expect(code).toBe(0);
});

test('what fails again stays, and holds up nothing else', async () => {
  const letters = ['a', 'poison', 'c', 'd', 'poison'].map((written, index) => record(index + 1, written));
  const directory = await bucketOf({ Changes: letters, Presence: [record(6, 'e')] });
  const [changes, presence] = [consumer(), consumer()];
  const cloud = await aws(directory, { Changes: changes.fn, Presence: presence.fn });
  const { code, stdout, stderr } = await run(cloud, '--bucket', 'failed');
  expect(new Set(changes.consumed)).toEqual(new Set(['1', '3', '4']));
  expect(presence.consumed).toEqual(['6']);
  expect(await cloud.keys()).toEqual([expect.stringContaining('/ChangesMapping/')]);
  expect(stdout).toContain('kept; of 5 for Changes, 2 failed again\n');
  expect(stdout).toMatch(/\n1 consumed, 1 kept\n$/);
  // What people wrote is nobody's business here.
  expect(stdout + stderr).not.toContain('poison');
  expect(code).toBe(1);
});

test('a batch whose function is no more stays, and so does what is no batch', async () => {
  const directory = await bucketOf({ Gone: [record(1, 'a')], Presence: [record(2, 'b')] });
  const strange = join(directory, 'aws/lambda/strange');
  await writeFile(strange, 'secret {');
  const { fn, consumed } = consumer();
  const cloud = await aws(directory, { Presence: fn });
  const { code, stdout, stderr } = await run(cloud, '--bucket', 'failed');
  expect(stdout).toMatch(/GoneMapping\/.*: kept; ResourceNotFoundException: Function not found/);
  expect(stdout).toContain('aws/lambda/strange: kept; this is no batch that Lambda gave up\n');
  expect(stdout).toMatch(/\n1 consumed, 2 kept\n$/);
  expect(stdout + stderr).not.toContain('secret');
  expect(consumed).toEqual(['2']);
  expect(await cloud.keys()).toHaveLength(2);
  expect(code).toBe(1);
});

test('a dry run tells, and does nothing', async () => {
  const directory = await bucketOf({ Changes: [record(1, 'a')], Presence: [record(2, 'b'), record(3, 'c')] });
  const { fn, consumed } = consumer();
  const cloud = await aws(directory, { Changes: fn, Presence: fn });
  const { code, stdout } = await run(cloud, '--bucket', 'failed', '--dry-run');
  expect(stdout).toMatch(/: 1 for Changes\n.*: 2 for Presence\n2 in the bucket\n$/);
  expect(consumed).toEqual([]);
  expect(await cloud.keys()).toHaveLength(2);
  expect(code).toBe(0);
});

test('the event may stand in the document as it is, and not as text', async () => {
  const directory = await bucketOf({ Changes: [record(1, 'a')] });
  const { fn, consumed } = consumer();
  const cloud = await aws(directory, { Changes: fn });
  const [key = ''] = await cloud.keys();
  const document = z
    .looseObject({ payload: z.string() })
    .parse(JSON.parse(await readFile(join(directory, key), 'utf8')));
  await writeFile(join(directory, key), JSON.stringify({ ...document, payload: JSON.parse(document.payload) }));
  expect(await run(cloud, '--bucket', 'failed')).toMatchObject({ code: 0 });
  expect(consumed).toEqual(['1']);
});

test('other objects of the bucket are left alone', async () => {
  const directory = await bucketOf({});
  const note = join(directory, 'notes/why.txt');
  await mkdir(dirname(note));
  await writeFile(note, 'Mine');
  const cloud = await aws(directory);
  expect(await run(cloud, '--bucket', 'failed')).toMatchObject({ code: 0, stdout: '0 consumed, 0 kept\n' });
  expect(await cloud.keys()).toEqual(['notes/why.txt']);
});

test.each([
  ['without a bucket', [], 1, /^Gives what/, /^$/],
  ['with a bucket that is not there', ['--bucket', 'other'], 1, /^$/, /^unable to redrive; There is no such bucket\n$/],
  ['with what it does not know', ['--all'], 1, /^$/, /^unable to redrive; Unknown option '--all'/],
  ['for help', ['--help'], 0, /^Gives what/, /^$/],
])('asked %s it says so', async (_, args, code, stdout, stderr) => {
  const ended = await run(await aws(await bucketOf({})), ...args);
  expect(ended).toEqual({ code, stdout: expect.stringMatching(stdout), stderr: expect.stringMatching(stderr) });
});
