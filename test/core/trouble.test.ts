import { randomUUID } from 'node:crypto';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod/mini';
import { getConversation } from '../../core/operations/get-conversation.ts';
import { readItems } from '../../core/store/reading.ts';
import { documentClient, type Table } from '../../core/store/table.ts';
import { writeItems } from '../../core/store/writing.ts';
import { answering, sdkError } from '../support/faults.ts';
import { allMessages, conversations, create, page, send } from '../support/flow.ts';
import { userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

async function world() {
  const table = await openTable();
  const ann = userOf('acme');
  const { conversation } = await create(depsOf(table), ann);
  return { table, deps: depsOf(table), ann, id: conversation.id };
}

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

const Batch = z.object({
  RequestItems: z.record(z.string(), z.union([z.array(z.unknown()), z.looseObject({ Keys: z.array(z.unknown()) })])),
});

/** A table whose transactions fail by `error`, the first `times` times. */
const refusing = (table: Table, times: number, error: () => Error) => {
  let left = times;
  return openTable({
    existing: table,
    client: answering('TransactWriteItemsCommand', async (next) => {
      left -= 1;
      if (left >= 0) throw error();
      return next();
    }),
  });
};

test.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
  'a transaction cancelled by %s is tried again, twenty times if need be',
  async (code) => {
    const { table, deps, ann, id } = await world();
    const busy = depsOf(await refusing(table, 20, () => cancelled('None', code, 'None')));
    expect(await send(busy, ann, id, 'patient')).toMatchObject({ seq: 1 });
    expect(await allMessages(deps, ann, id)).toHaveLength(1);
  },
);

test('a transaction that can never succeed is our error, at once', async () => {
  const { table, ann, id } = await world();
  const broken = depsOf(await refusing(table, 1, () => cancelled('None', 'ValidationError', 'None')));
  await expect(send(broken, ann, id, 'x')).rejects.toThrow('ValidationError');
});

test('what DynamoDB leaves out of a batch is asked for, or sent, again', async () => {
  const table = await openTable();
  const keys = Array.from({ length: 130 }, () => ({ pk: randomUUID(), sk: 'x' }));
  /** Answers as if only half of each batch had been carried out. */
  const half = (client: Table['client']) => {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const batch = Batch.safeParse(args.input).data?.RequestItems[table.name];
        const whole = Array.isArray(batch) ? batch : batch?.Keys;
        if (!batch || !whole || whole.length < 2) return next(args);
        const some = (items: unknown[]) => ({ [table.name]: Array.isArray(batch) ? items : { ...batch, Keys: items } });
        const middle = Math.ceil(whole.length / 2);
        const { output, ...rest } = await next({
          ...args,
          input: { ...args.input, RequestItems: some(whole.slice(0, middle)) },
        });
        const left = some(whole.slice(middle));
        const isGet = context.commandName === 'BatchGetItemCommand';
        return { ...rest, output: { ...output, ...(isGet ? { UnprocessedKeys: left } : { UnprocessedItems: left }) } };
      },
      { step: 'initialize', name: 'half' },
    );
  };
  const busy = await openTable({ existing: table, client: half });
  await writeItems(
    busy,
    keys.map((key) => ({ put: key })),
  );
  expect(await readItems(table, keys, { consistent: true })).toEqual(keys);
  expect(await readItems(busy, keys, { consistent: true })).toEqual(keys);
  await writeItems(
    busy,
    keys.map((key) => ({ delete: key })),
  );
  expect((await readItems(table, keys, { consistent: true })).every((item) => item === undefined)).toBe(true);
});

test('an answer that never comes is asked for again, and the message is stored once', async () => {
  const { table, deps, ann, id } = await world();
  const endpoint = new URL(`${process.env['DYNAMODB_ENDPOINT'] ?? (await endpointOf(table))}`);
  let swallowed = 0;
  // A network that loses the answers to the first two transactions; the engine carries them out.
  const proxy = createServer((incoming, outgoing) => {
    const isLost = String(incoming.headers['x-amz-target']).endsWith('TransactWriteItems') && ++swallowed <= 2;
    incoming.pipe(
      request(endpoint, { method: 'POST', headers: incoming.headers }, (answer) => {
        if (isLost) answer.resume();
        else answer.pipe(outgoing.writeHead(answer.statusCode ?? 500, answer.headers));
      }),
    );
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => proxy.once('listening', resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const client = documentClient(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  onTestFinished(() => client.destroy());

  expect(await send(depsOf({ ...table, client }), ann, id, 'once')).toMatchObject({ seq: 1 });
  expect(swallowed).toBe(3);
  expect((await allMessages(deps, ann, id)).map(({ text }) => text)).toEqual(['once']);
});

async function endpointOf({ client }: Table): Promise<string> {
  const endpoint = await client.config.endpoint?.();
  if (!endpoint) throw new Error('the client has no endpoint');
  return `${endpoint.protocol}//${endpoint.hostname}:${endpoint.port}`;
}

test('every read that could miss a client’s own write is consistent', async () => {
  const { table, ann, id } = await world();
  const reads: [string, boolean][] = [];
  const watched = await openTable({
    existing: table,
    client: (client) => {
      for (const command of ['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand']) {
        answering(command, (next, request) => {
          reads.push([command, request.includes('"ConsistentRead":true')]);
          return next();
        })(client);
      }
    },
  });
  const deps = depsOf(watched);
  const parent = await send(deps, ann, id, 'x', { clientMessageId: 'k1' });
  await send(deps, ann, id, 'x', { clientMessageId: 'k1' });
  await send(deps, ann, id, 'y', { replyToMessageId: parent.id });
  await getConversation(deps, ann, { id, actingUserId: undefined });
  await page(deps, ann, id);
  for (const _ of [1, 2])
    await create(deps, ann, { kind: 'direct', participantIds: [randomUUID()], idempotencyKey: 'k' }).catch(() => {});
  expect(reads.length).toBeGreaterThan(10);
  expect(reads.filter(([, consistent]) => !consistent)).toEqual([]);
  // A list may lag, at half the price.
  reads.length = 0;
  await conversations(deps, ann);
  expect(reads).toEqual([
    ['QueryCommand', false],
    ['BatchGetItemCommand', false],
    ['BatchGetItemCommand', false],
  ]);
});

test('a list shows everybody in a small conversation though its roster lags behind', async () => {
  const { table, ann } = await world();
  const { conversation } = await create(depsOf(table), ann, { participantIds: [randomUUID()] });
  const lagging = await openTable({
    existing: table,
    client: (client) =>
      client.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          const { Responses } = result.output as { Responses?: Record<string, { sk?: { S?: string } }[]> };
          if (!Responses || JSON.stringify(args.input).includes('"ConsistentRead":true')) return result;
          const without = (Responses[table.name] ?? []).filter(({ sk }) => sk?.S !== '#ROSTER');
          return { ...result, output: { ...result.output, Responses: { [table.name]: without } } };
        },
        { step: 'finalizeRequest', priority: 'low', name: 'lagging' },
      ),
  });
  const shown = (await conversations(depsOf(lagging), ann)).conversations.find(({ id }) => id === conversation.id);
  expect(shown?.participants).toEqual(conversation.participants);
});

test('a replay waits for what its record names to come into sight', async () => {
  const { table, deps, ann, id } = await world();
  const sent = await send(deps, ann, id, 'hello', { clientMessageId: 'k1' });
  const made = await create(deps, ann, { idempotencyKey: 'k1' });
  let hidden = 3;
  // As in the milliseconds in which a transaction's items appear one by one.
  const blind = await openTable({
    existing: table,
    client: (client) =>
      client.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          const request = JSON.stringify(args.input);
          const hides = request.includes(sent.id) || request.includes('#ROSTER');
          if (!hides || request.includes('TransactItems') || hidden-- <= 0) return result;
          return { ...result, output: { ...result.output, Item: undefined, Responses: {} } };
        },
        { step: 'finalizeRequest', priority: 'low', name: 'blind' },
      ),
  });
  expect(await send(depsOf(blind), ann, id, 'hello', { clientMessageId: 'k1' })).toEqual(sent);
  hidden = 3;
  expect(await create(depsOf(blind), ann, { idempotencyKey: 'k1' })).toEqual(made);
});

test('an idempotency record says when it may go: in two days, in seconds', async () => {
  const now = 1_700_000_000_999;
  const table = await openTable();
  const ann = userOf('acme');
  const { conversation } = await create(
    depsOf(table, () => now),
    ann,
    { idempotencyKey: 'k1' },
  );
  await send(
    depsOf(table, () => now),
    ann,
    conversation.id,
    'x',
    { clientMessageId: 'k1' },
  );
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name }));
  const expiring = Items.filter((item) => 'expiresAt' in item);
  expect(expiring.map(({ entity, expiresAt }) => [entity, expiresAt])).toEqual([
    ['idempotency', 1_700_000_000 + 172_800],
    ['idempotency', 1_700_000_000 + 172_800],
  ]);
});

test('throttling that lasts is trouble that passes, in every operation', async () => {
  const { table, ann, id } = await world();
  const busy = depsOf(
    await openTable({
      existing: table,
      client: (client) => {
        for (const command of ['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand']) {
          answering(command, async () => {
            throw sdkError('ProvisionedThroughputExceededException');
          })(client);
        }
      },
    }),
  );
  const unavailable = { code: 'unavailable', cause: { name: 'ProvisionedThroughputExceededException' } };
  await expect(send(busy, ann, id, 'x')).rejects.toMatchObject(unavailable);
  await expect(page(busy, ann, id)).rejects.toMatchObject(unavailable);
  await expect(getConversation(busy, ann, { id, actingUserId: undefined })).rejects.toMatchObject(unavailable);
  await expect(conversations(busy, ann)).rejects.toMatchObject(unavailable);
  await expect(create(busy, ann, { idempotencyKey: 'k' })).rejects.toMatchObject(unavailable);
});
