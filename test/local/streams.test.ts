import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteItemCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { installedEngine, openEngine } from '../../local/dynamodb/engine.ts';
import { engineClient } from '../../local/dynamodb/table.ts';
import type { Faults } from '../../local/faults.ts';
import { bucket, mapping, restApi, type SmallFunction, streamStatements, table, writeAssembly } from './small-stack.ts';

const external = process.env['DYNAMODB_ENDPOINT'];
const isOwn = external === undefined && installedEngine() !== null;

/** Prints each event; fails at items whose sort key says so, as often as that says. */
const source = `
  const tries = new Map();
  export const handler = async (event) => {
    console.log(JSON.stringify(event));
    for (const { dynamodb } of event.Records) {
      const { sk: { S: how }, pk: { S: id } } = dynamodb.Keys;
      const tried = (tries.get(id) ?? 0) + 1;
      tries.set(id, tried);
      if (how === 'hang') await new Promise(() => {});
      if (how === 'poison') throw new Error('cannot take ' + id);
      if (how === 'report' && tried < 3) return { batchItemFailures: [{ itemIdentifier: dynamodb.SequenceNumber }] };
    }
  }`;
const consumer: SmallFunction = { source, statements: streamStatements };

let folder = '';
const assemblies: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-streams-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** An assembly in which `Consumer` consumes the table's stream; and one folder for what is kept. */
async function stack(properties: Record<string, unknown> = {}, fn: SmallFunction = consumer) {
  const assembly = join(folder, String(assemblies.push('')));
  const directory = join(assembly, 'kept');
  await mkdir(directory, { recursive: true });
  const resources = { ...restApi, ...table, ...bucket, ...mapping('Consumer', properties) };
  await writeAssembly(assembly, resources, { Consumer: fn });
  return { assembly, directory };
}

/** Starts the cloud of such a stack; tells of the events that its consumer was given. */
async function start({ assembly, directory, faults }: { assembly: string; directory?: string; faults?: Faults }) {
  const lines: string[] = [];
  const cloud = await startCloud({
    assembly,
    directory,
    faults,
    dynamodbEndpoint: external,
    log: ({ text }) => lines.push(text),
  });
  onTestFinished(() => cloud.close());
  const events = () =>
    lines.filter((line) => line.startsWith('{"Records"')).map((line): DynamoDBStreamEvent => JSON.parse(line));
  /** The items of each event, by their partition key. */
  const told = () => events().map(({ Records }) => Records.map(({ dynamodb }) => dynamodb?.Keys?.['pk']?.S));
  return { cloud, events, told, lines };
}

const clientOf = (endpoint: string): DynamoDBClient => {
  const client = engineClient(endpoint);
  onTestFinished(() => client.destroy());
  return client;
};
const put = async ({ engineEndpoint, tableName }: Cloud, ...items: [pk: string, sk: string][]) => {
  const client = clientOf(engineEndpoint);
  for (const [pk, sk] of items) {
    await client.send(new PutItemCommand({ TableName: tableName, Item: { pk: { S: pk }, sk: { S: sk } } }));
  }
};
const numbered = (count: number, from = 0): [string, string][] =>
  Array.from({ length: count }, (_, at) => [`item-${from + at}`, 'fine']);
const names = (items: [string, string][]) => items.map(([pk]) => pk);

test('a function is told what changes, as Lambda tells it', async () => {
  const { cloud, events } = await start(await stack());
  const client = clientOf(cloud.engineEndpoint);
  const TableName = cloud.tableName;
  const Key = { pk: { S: 'a' }, sk: { S: 'fine' } };
  const bytes = { B: new Uint8Array([1, 2, 255]) };
  await client.send(
    new PutItemCommand({ TableName, Item: { ...Key, bytes, set: { NS: ['1'] }, list: { L: [bytes] } } }),
  );
  const update = {
    UpdateExpression: 'SET n = :n REMOVE bytes, #set, #list',
    ExpressionAttributeValues: { ':n': { N: '7' } },
  };
  const ExpressionAttributeNames = { '#set': 'set', '#list': 'list' };
  await client.send(new UpdateItemCommand({ TableName, Key, ...update, ExpressionAttributeNames }));
  await client.send(new DeleteItemCommand({ TableName, Key }));
  await cloud.settled();

  const records = events().flatMap(({ Records }) => Records);
  const streamArn = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}/stream/laptop`;
  const inJson = { B: 'AQL/' };
  const always = { Keys: Key, SequenceNumber: expect.any(String), SizeBytes: expect.any(Number) };
  const change = { ...always, ApproximateCreationDateTime: expect.any(Number), StreamViewType: 'NEW_AND_OLD_IMAGES' };
  const first = { ...Key, bytes: inJson, set: { NS: ['1'] }, list: { L: [inJson] } };
  const second = { ...Key, n: { N: '7' } };
  const record = { eventSource: 'aws:dynamodb', awsRegion: 'us-east-1', eventSourceARN: streamArn };
  expect(records).toMatchObject([
    { ...record, eventName: 'INSERT', dynamodb: change },
    { ...record, eventName: 'MODIFY', dynamodb: change },
    { ...record, eventName: 'REMOVE', dynamodb: change },
  ]);
  expect(records.map(({ dynamodb }) => [dynamodb?.OldImage, dynamodb?.NewImage])).toEqual([
    [undefined, first],
    [first, second],
    [second, undefined],
  ]);
  const seconds = records[0]?.dynamodb?.ApproximateCreationDateTime ?? 0;
  expect(Math.abs(seconds - Date.now() / 1_000)).toBeLessThan(600);
});

test('batches come in order, filtered, and are as large as the mapping says', async () => {
  const Filters = [{ Pattern: '{"dynamodb":{"NewImage":{"sk":{"S":["fine"]}}}}' }];
  const { cloud, told } = await start(await stack({ BatchSize: 4, FilterCriteria: { Filters } }));
  const items = numbered(30);
  await put(cloud, ...items.flatMap((item): [string, string][] => [item, [item[0], 'other']]));
  await cloud.settled();
  expect(told().flat()).toEqual(names(items));
  expect(Math.max(...told().map(({ length }) => length))).toBeLessThanOrEqual(4);
});

test('a batch can be made to come twice, and a function to die over one', async () => {
  const isOf = (event: unknown, pk: string) => JSON.stringify(event).includes(`"pk":{"S":"${pk}"}`);
  const { cloud, told, lines } = await start({
    ...(await stack({ BatchSize: 1, MaximumRetryAttempts: 1 })),
    faults: {
      repeatBatch: (name, event) => name === 'Consumer' && isOf(event, 'twice'),
      invocation: (_, event) => (isOf(event, 'dies') ? { dieAfterMs: 10 } : undefined),
    },
  });
  await put(cloud, ['a', 'fine'], ['twice', 'fine'], ['dies', 'hang'], ['b', 'fine']);
  await cloud.settled();
  // What an environment printed last may die with it.
  expect(
    told()
      .flat()
      .filter((id) => id !== 'dies'),
  ).toEqual(['a', 'twice', 'twice', 'b']);
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(expect.objectContaining({ gaveUp: 1, invocations: 2 }));
});

test('what the function reports is tried again, with what comes after it and without what came before', async () => {
  const FunctionResponseTypes = ['ReportBatchItemFailures'];
  const { cloud, told } = await start(await stack({ FunctionResponseTypes, BatchSize: 1 }));
  await put(cloud, ['a', 'fine'], ['b', 'report'], ['c', 'fine']);
  await cloud.settled();
  expect(told().flat()).toEqual(['a', 'b', 'b', 'b', 'c']);
});

test('what can never be consumed is isolated, given up, and kept as Lambda keeps it', async () => {
  const limits = { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1 };
  const { assembly, directory } = await stack(limits);
  const { cloud, told, lines } = await start({ assembly, directory });
  await put(cloud, ...numbered(3), ['bad', 'poison'], ...numbered(4, 3));
  await cloud.settled();
  for (const name of names(numbered(7))) expect(told().flat()).toContain(name);
  expect(told().filter((batch) => batch.join() === 'bad')).toHaveLength(2);

  const files = await readdir(join(directory, 'failed'), { recursive: true, withFileTypes: true });
  const [file, ...others] = files.filter((entry) => entry.isFile());
  expect(others).toEqual([]);
  const path = join(file?.parentPath ?? '', file?.name ?? '');
  expect(path).toMatch(
    /failed\/aws\/lambda\/ConsumerMapping\/[\w-]+\/\d{4}\/\d\d\/\d\d\/\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[\w-]{36}$/,
  );
  const document = JSON.parse(await readFile(path, 'utf8'));
  expect(document).toMatchObject({
    requestContext: {
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:Consumer',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 2,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    DDBStreamBatchInfo: {
      batchSize: 1,
      shardId: expect.any(String),
      startSequenceNumber: document.DDBStreamBatchInfo.endSequenceNumber,
    },
  });
  const { Records }: DynamoDBStreamEvent = JSON.parse(document.payload);
  expect(Records.map(({ dynamodb }) => dynamodb?.Keys?.['pk']?.S)).toEqual(['bad']);
  expect(Records[0]?.dynamodb?.SequenceNumber).toBe(document.DDBStreamBatchInfo.startSequenceNumber);
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ level: 'ERROR', function: 'Consumer', gaveUp: 1, invocations: 2, kept: path }),
  );
});

test.runIf(isOwn)('after a restart it goes on where it was, with what was written meanwhile', async () => {
  const kept = await stack();
  const first = await start(kept);
  await put(first.cloud, ...numbered(3));
  await first.cloud.settled();
  await first.cloud.close();
  expect(first.told().flat()).toEqual(names(numbered(3)));

  const engine = await openEngine({ database: join(kept.directory, 'data.sqlite') });
  await put({ ...first.cloud, engineEndpoint: engine.endpoint }, ...numbered(2, 3));
  await engine.close();

  const second = await start(kept);
  await put(second.cloud, ...numbered(1, 5));
  await second.cloud.settled();
  expect(second.told().flat()).toEqual(names(numbered(3, 3)));
  await second.cloud.close();

  // Other data has another stream, whatever the checkpoint says.
  await rm(join(kept.directory, 'data.sqlite'));
  const third = await start(kept);
  await put(third.cloud, ...numbered(1, 6));
  await third.cloud.settled();
  expect(third.told().flat()).toEqual(names(numbered(1, 6)));
});

test.runIf(isOwn)('what was not consumed to the end is consumed once more after a restart', async () => {
  const kept = await stack({ BatchSize: 2 }, { ...consumer, properties: { Timeout: 600 } });
  const first = await start(kept);
  await put(first.cloud, ...numbered(2), ['a', 'hang'], ['b', 'fine']);
  while (!first.told().flat().includes('a')) await new Promise((resolve) => setTimeout(resolve, 10));
  await first.cloud.close();
  const before = first.told().length;

  const second = await start(kept);
  while (!second.told().flat().includes('a')) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(second.told().flat()).not.toContain('item-0');
  expect(first.told()).toHaveLength(before);
});

test.each([
  ['read the stream', 'dynamodb:GetRecords'],
  ['find the stream', 'dynamodb:ListStreams'],
  ['keep what fails', 's3:PutObject'],
  ['look into the bucket', 's3:ListBucket'],
])('does not start where the role does not let Lambda %s', async (_, action) => {
  const statements = streamStatements.filter(({ Action }) => Action !== action);
  const { assembly } = await stack({}, { ...consumer, statements });
  await expect(start({ assembly })).rejects.toThrow(`Consumer consume the stream; its role does not allow ${action}`);
});

test('the reading of the stream counts as what the function does', async () => {
  const { cloud } = await start(await stack());
  await cloud.settled();
  const { granted, performed } = cloud.access().get('Consumer') ?? {};
  expect(performed).toHaveLength(4);
  expect(granted).toEqual(performed);
});

test.each([
  ['another start', { StartingPosition: 'LATEST' }, /ConsumerMapping[\s\S]*StartingPosition/],
  ['a window', { MaximumBatchingWindowInSeconds: 5 }, /ConsumerMapping[\s\S]*Window/],
  ['a tumbling window', { TumblingWindowInSeconds: 5 }, /ConsumerMapping[\s\S]*Tumbling/],
  [
    'a queue',
    { DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:x' } } },
    /ConsumerMapping[\s\S]*OnFailure/,
  ],
  ['another source', { EventSourceArn: 'arn:aws:kinesis:x' }, /ConsumerMapping.*kinesis/],
  ['no function', { FunctionName: 'Nobody' }, /ConsumerMapping.*Nobody/],
])('refuses %s, by name', async (_, properties, message) => {
  const { assembly } = await stack(properties);
  await expect(start({ assembly })).rejects.toThrow(message);
});

test('says so when the stream can no longer be read', async () => {
  const { cloud } = await start(await stack());
  await clientOf(cloud.engineEndpoint).send(new DeleteTableCommand({ TableName: cloud.tableName }));
  expect((await cloud.broken).message).toContain('the stream is no longer consumed for Consumer');
  await expect(cloud.settled()).rejects.toThrow('no longer consumed');
});
