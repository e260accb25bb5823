import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DescribeTableCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { installedEngine, openEngine } from '../../local/dynamodb/engine.ts';
import { indexStreams } from '../../local/dynamodb/stream-index.ts';
import { engineClient, ensureTable, readTable, withoutStream } from '../../local/dynamodb/table.ts';
import { addressOf, listening } from '../../local/listening.ts';
import { table, templateOf } from './small-stack.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-engine-'));
});
afterAll(() => rm(directory, { recursive: true }));

const script = async (name: string, text: string) => {
  const file = join(directory, name);
  await writeFile(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return file;
};

test('without an engine, says what to do', async () => {
  await expect(openEngine({ binary: null })).rejects.toThrow(
    /docker run .*amazon\/dynamodb-local[\s\S]*DYNAMODB_ENDPOINT=http:\/\/localhost:8000 npm start/,
  );
});

test('says which endpoint does not answer', async () => {
  const server = createServer();
  await listening(server, 0, '127.0.0.1');
  const endpoint = `http://127.0.0.1:${addressOf(server).port}`;
  await new Promise((resolve) => server.close(resolve));
  await expect(openEngine({ endpoint })).rejects.toThrow(endpoint);
});

test('takes an engine that runs already, and leaves it running', async () => {
  const server = createServer((_, response) => response.writeHead(400).end());
  await listening(server, 0, '127.0.0.1');
  const endpoint = `http://127.0.0.1:${addressOf(server).port}`;
  const engine = await openEngine({ endpoint });
  await engine.close();
  expect(engine.endpoint).toBe(endpoint);
  expect(server.listening).toBe(true);
  await new Promise((resolve) => server.close(resolve));
});

test('says what a broken engine says', async () => {
  const binary = await script('broken', 'echo "the disk is full" >&2; exit 3');
  await expect(openEngine({ binary })).rejects.toThrow(/ended unexpectedly; the disk is full/);
});

test('tells when the engine ends later', async () => {
  const binary = await script('dying', 'echo "x listening on y" >&2; sleep 0.2; echo "out of luck" >&2; exit 1');
  const engine = await openEngine({ binary });
  expect((await engine.broken).message).toMatch(/out of luck/);
  await engine.close();
});

test.runIf(installedEngine() !== null)('keeps its data in the file it is given', async () => {
  const database = join(directory, 'data.sqlite');
  const definition = readTable(templateOf(table));
  const Key = { pk: { S: 'a' }, sk: { S: 'b' } };

  const first = await openEngine({ database });
  const before = engineClient(first.endpoint);
  // As an earlier version of the stack made it, without a stream.
  await ensureTable(before, withoutStream(definition));
  await before.send(new PutItemCommand({ TableName: 'Small', Item: Key }));
  before.destroy();
  await first.close();

  const second = await openEngine({ database });
  const after = engineClient(second.endpoint);
  await ensureTable(after, definition);
  expect((await after.send(new GetItemCommand({ TableName: 'Small', Key }))).Item).toEqual(Key);

  const { Table } = await after.send(new DescribeTableCommand({ TableName: 'Small' }));
  expect(Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' });

  const otherKeys = { ...definition, KeySchema: definition.KeySchema?.slice(0, 1) };
  await expect(ensureTable(after, otherKeys)).rejects.toThrow(/Small.*other keys[\s\S]*\.parley/);
  const otherIndex = { ...definition, GlobalSecondaryIndexes: [] };
  await expect(ensureTable(after, otherIndex)).rejects.toThrow(/Small.*other keys/);
  after.destroy();
  await second.close();
});

test.runIf(installedEngine() !== null)('finds the last record of a stream without reading all of them', async () => {
  const database = join(directory, 'indexed.sqlite');
  const engine = await openEngine({ database });
  const client = engineClient(engine.endpoint);
  await ensureTable(client, readTable(templateOf(table)));
  for (const _ of [1, 2]) indexStreams(database);
  await client.send(new PutItemCommand({ TableName: 'Small', Item: { pk: { S: 'a' }, sk: { S: 'b' } } }));
  client.destroy();
  await engine.close();

  const file = new DatabaseSync(database);
  const last = "SELECT MAX(CAST(sequence_number AS INTEGER)) AS last FROM _stream_records WHERE table_name = 'Small'";
  expect(file.prepare(last).get()).toMatchObject({ last: 1 });
  expect(JSON.stringify(file.prepare(`EXPLAIN QUERY PLAN ${last}`).all())).toContain('INDEX stream_position');
  file.close();
});

test('does without that in a database of another kind, and says so', () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => told.mockRestore());
  indexStreams(join(directory, 'other.sqlite'));
  expect(told).toHaveBeenCalledWith(expect.stringContaining('unable to index the stream'), expect.anything());
});
