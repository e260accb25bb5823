import { randomUUID } from 'node:crypto';
import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import { afterAll, beforeAll, inject } from 'vitest';
import type { Deps } from '../../core/operations/deps.ts';
import { documentClient, type Key, type Table } from '../../core/store/table.ts';
import { readAssembly } from '../../local/assembly.ts';
import { type Engine, openEngine } from '../../local/dynamodb/engine.ts';
import { engineClient, ensureTable, readTable, withoutStream } from '../../local/dynamodb/table.ts';
import { readTemplate } from '../../local/template.ts';

/** What a test may change of the table it opens. */
export interface TableOptions {
  /** A table that exists, to open it a second time; without it, a new one. */
  readonly existing?: Table;
  /** Whether a new one has the stack's stream, too. */
  readonly stream?: boolean;
  /** Sees the client before it is used: to record or to break what it does. */
  readonly client?: (client: DynamoDBDocumentClient) => void;
}

/**
 * Gives the tests of a file an engine of their own, in memory.
 * @returns opens a table of the stack's design, new and empty unless it exists
 */
export function useTables(): (options?: TableOptions) => Promise<Table> {
  let engine: Engine | undefined;
  const clients: { destroy(): void }[] = [];
  beforeAll(async () => {
    engine = await openEngine({ endpoint: process.env['DYNAMODB_ENDPOINT'] });
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await engine?.close();
  });

  return async ({ existing, stream = false, client: change } = {}) => {
    if (!engine) throw new Error('the engine is not open; open tables inside of tests');
    const name = existing?.name ?? (await newTable(engine, stream));
    // The SDK's own retries, without its waiting.
    const client = documentClient(engine.endpoint, { retryStrategy: new ConfiguredRetryStrategy(4, 0) });
    change?.(client);
    clients.push(client);
    return { name, client, pause: () => Promise.resolve() };
  };
}

async function newTable({ endpoint }: Engine, hasStream: boolean): Promise<string> {
  const { template } = await readAssembly(inject('assembly'), 'http://localhost');
  const whole = readTable(readTemplate(template));
  const definition = hasStream ? whole : withoutStream(whole);
  const TableName = `test-${randomUUID()}`;
  const admin = engineClient(endpoint);
  await ensureTable(admin, { ...definition, TableName });
  admin.destroy();
  return TableName;
}

/** The operations' world around a table, with the real clock unless another is given. */
export const depsOf = (table: Table, now: () => number = Date.now): Deps => ({ table, now });

/** Sets an attribute of an item, past all rules. */
export const set = (table: Table, Key: Key, attribute: string, value: unknown) =>
  table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key,
      UpdateExpression: 'SET #attribute = :value',
      ExpressionAttributeNames: { '#attribute': attribute },
      ExpressionAttributeValues: { ':value': value },
    }),
  );

/** Takes an item away, past all rules. */
export const drop = (table: Table, Key: Key) => table.client.send(new DeleteCommand({ TableName: table.name, Key }));
