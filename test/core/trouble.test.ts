import { randomUUID } from 'node:crypto';
import { createServer, request } from 'node:http';
import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod/mini';
import { eraseConversation } from '../../core/operations/erase-conversation.ts';
import { getConversation } from '../../core/operations/get-conversation.ts';
import { getPlatform } from '../../core/operations/get-platform.ts';
import { getProfile } from '../../core/operations/get-profile.ts';
import { listParticipants } from '../../core/operations/list-participants.ts';
import { backOffMs } from '../../core/store/back-off.ts';
import { inBatches } from '../../core/store/batches.ts';
import { countErased, eraseHead } from '../../core/store/erasure.ts';
import { messageKey } from '../../core/store/keys.ts';
import { queryPage, readItem, readItems } from '../../core/store/reading.ts';
import { retrying } from '../../core/store/retrying.ts';
import { documentClient, type Table } from '../../core/store/table.ts';
import { transact, updateItem, writeItems } from '../../core/store/writing.ts';
import { addressOf, listening } from '../../local/listening.ts';
import { described, describedConversations, written } from '../support/dialects.ts';
import { answering, sdkError, seeing } from '../support/faults.ts';
import {
  add,
  allMessages,
  bookmark,
  bookmarks,
  conversations,
  create,
  end,
  leave,
  markRead,
  page,
  rank,
  send,
  show,
  unbookmark,
  unread,
  update,
} from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
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
  // A network that loses the answer to the first transaction, and all but the head of the answer to the second; the
  // engine carries both out.
  const proxy = createServer((incoming, outgoing) => {
    const lost = String(incoming.headers['x-amz-target']).endsWith('TransactWriteItems') && ++swallowed;
    incoming.pipe(
      request(endpoint, { method: 'POST', headers: incoming.headers }, (answer) => {
        if (lost === 1) answer.resume();
        else if (lost === 2) outgoing.writeHead(200, { 'content-length': 100 }).write('{');
        else answer.pipe(outgoing.writeHead(answer.statusCode ?? 500, answer.headers));
      }),
    );
  });
  await listening(proxy, 0, '127.0.0.1');
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const client = documentClient(`http://127.0.0.1:${addressOf(proxy).port}`);
  onTestFinished(() => client.destroy());

  expect(await send(depsOf({ ...table, client }), ann, id, 'once')).toMatchObject({ seq: 1 });
  expect(swallowed).toBe(3);
  expect((await allMessages(deps, ann, id)).map(({ text }) => text)).toEqual(['once']);
});

/** An endpoint that takes every request and answers none, and how many it took. */
async function silentEndpoint() {
  let requests = 0;
  const server = createServer(() => {
    requests += 1;
  });
  await listening(server, 0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${addressOf(server).port}`, requests: () => requests };
}

const key = { pk: 'C#1', sk: '#HEAD' };

test.each<[string, (table: Table) => Promise<unknown>]>([
  ['an item', (table) => readItem(table, key)],
  ['items', (table) => readItems(table, [key], { consistent: true })],
  ['a query', (table) => queryPage(table, { KeyConditionExpression: 'pk = :pk' })],
  ['plain writes', (table) => writeItems(table, [{ put: key }])],
  ['a transaction', (table) => transact(table, [{ Put: { Item: key } }])],
  ['an update', (table) => updateItem(table, { Key: key, UpdateExpression: 'REMOVE x' })],
  ['a count of what was erased', (table) => countErased(table, randomUUID(), 1)],
  ['an erased head', (table) => eraseHead(table, randomUUID())],
])('%s is given up at once when nobody waits any more', async (_, ask) => {
  const { endpoint, requests } = await silentEndpoint();
  const client = documentClient(endpoint);
  onTestFinished(() => client.destroy());
  const given = new AbortController();
  const asked = ask({ name: 'table', client, pause: async () => {}, signal: given.signal });
  await expect.poll(requests).toBe(1);
  given.abort();
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  expect(requests()).toBe(1);
});

test('a request that is never answered is sent four times, and is then trouble that passes', async () => {
  const { endpoint, requests } = await silentEndpoint();
  const quick = { requestTimeout: 20, throwOnRequestTimeout: true };
  const client = documentClient(endpoint, { requestHandler: quick });
  onTestFinished(() => client.destroy());
  const asked = readItem({ name: 'table', client, pause: async () => {} }, key);
  await expect(asked).rejects.toMatchObject({ code: 'unavailable', cause: { name: 'TimeoutError' } });
  expect(requests()).toBe(4);
});

test('who always loses pauses longer and longer, in all some four seconds, and gives up', async () => {
  const pauses: number[] = [];
  const pause = async (retry: number) => {
    pauses.push(retry);
  };
  const table = await openTable();
  await expect(retrying({ ...table, pause }, async () => undefined)).rejects.toMatchObject({
    code: 'unavailable',
    cause: { name: 'Contention' },
  });
  expect(pauses).toEqual(Array.from({ length: 23 }, (_, at) => at + 1));
  const total = (random: number) => pauses.reduce((sum, retry) => sum + backOffMs(retry, () => random), 0);
  expect([total(0), total(0.5) < 4_500, total(1) < 8_000]).toEqual([0, true, true]);
  expect(backOffMs(1, () => 1)).toBe(20);
});

test('of many batches sixteen are under way at once, and after a failure none is begun', async () => {
  let underWay = 0;
  let most = 0;
  let ended = 0;
  const work = async ([first = 0]: readonly number[]) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    ended += 1;
    if (first === 20) throw new Error('the third batch');
  };
  const items = Array.from({ length: 1_000 }, (_, at) => at);
  await expect(inBatches(items, 10, work)).rejects.toThrow('the third batch');
  expect({ most, underWay, ended }).toEqual({ most: 16, underWay: 0, ended: expect.any(Number) });
  expect(ended).toBeLessThan(40);
  ended = 0;
  await inBatches(items.slice(500), 10, work);
  expect(ended).toBe(50);
});

test('an index that comes in pages is read to its end', async () => {
  const { table, deps, ann } = await world();
  for (let at = 0; at < 4; at += 1) await create(deps, ann);
  const paged = await openTable({
    existing: table,
    client: (client) =>
      client.middlewareStack.add(
        (next, context) => (args) =>
          next(context.commandName === 'QueryCommand' ? { ...args, input: { ...args.input, Limit: 2 } } : args),
        { step: 'initialize', name: 'paged' },
      ),
  });
  expect((await conversations(depsOf(paged), ann)).conversations).toHaveLength(5);
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
    ['QueryCommand', false],
    ['BatchGetItemCommand', false],
    ['BatchGetItemCommand', false],
  ]);
});

test('every read is consistent of who takes part, has read, bookmarked or shows what, and of what is erased', async () => {
  const { table, ann, id } = await world();
  const kinds = new Set<boolean>();
  const watched = await openTable({
    existing: table,
    client: (client) => {
      for (const command of ['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand']) {
        answering(command, (next, request) => {
          kinds.add(request.includes('"ConsistentRead":true'));
          return next();
        })(client);
      }
    },
  });
  const deps = depsOf(watched);
  const bob = userOf('acme');
  const works: Record<string, () => Promise<unknown>> = {
    add: () => add(deps, ann, id, bob.subject),
    list: () =>
      listParticipants(deps, ann, { conversationId: id, actingUserId: undefined, limit: 9, cursor: undefined }),
    unread: () => unread(deps, bob, id),
    'mark read': async () => markRead(deps, bob, id, (await allMessages(deps, ann, id)).at(-1)?.id ?? ''),
    'one message': async () => {
      const message = await send(deps, ann, id, 'x');
      await bookmark(deps, bob, message.id);
      await show(deps, bob, message.id);
    },
    bookmarks: () => bookmarks(deps, bob),
    rename: () => update(deps, ann, id, { name: 'New' }),
    rank: () => rank(deps, ann, id, bob.subject, 'admin'),
    leave: () => leave(deps, bob, id),
    profile: () => getProfile(deps, ann, { userId: ann.subject, actingUserId: undefined }).catch(() => {}),
    platform: () => getPlatform(deps, serviceOf('acme'), { publicKey: 'x', actingUserId: undefined }).catch(() => {}),
    'a pair': async () => {
      for (const _ of [1, 2]) await create(deps, ann, { kind: 'direct', participantIds: [bob.subject] });
    },
    remove: () => end(deps, ann, id),
    erase: () => eraseConversation(deps, { conversationId: id }),
  };
  for (const [name, work] of Object.entries(works)) {
    kinds.clear();
    await work();
    expect([name, ...kinds]).toEqual([name, true]);
  }
});

test('a list shows everybody in a small conversation though its roster lags behind', async () => {
  const { table, ann } = await world();
  const { conversation } = await create(depsOf(table), ann, { participantIds: [randomUUID()] });
  let hidden = 0;
  const lagging = await openTable({
    existing: table,
    client: (client) =>
      client.middlewareStack.add(
        (next) => async (args) => {
          const result = await next(args);
          const { Responses } = result.output as { Responses?: Record<string, { sk?: string }[]> };
          if (!Responses || JSON.stringify(args.input).includes('"ConsistentRead":true')) return result;
          const without = (Responses[table.name] ?? []).filter(({ sk }) => sk !== '#ROSTER');
          hidden += (Responses[table.name] ?? []).length - without.length;
          return { ...result, output: { ...result.output, Responses: { [table.name]: without } } };
        },
        { step: 'finalizeRequest', priority: 'low', name: 'lagging' },
      ),
  });
  const shown = (await conversations(depsOf(lagging), ann)).conversations.find(({ id }) => id === conversation.id);
  expect(shown?.participants).toEqual(conversation.participants);
  expect(hidden).toBe(2);
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

test('what a head says of its last message waits for that to come into sight', async () => {
  const { table, deps, ann, id } = await world();
  await send(deps, ann, id, 'first');
  const last = await send(deps, ann, id, 'last');
  const sights = { left: 0 };
  const blind = await openTable({ existing: table, client: seeing(messageKey(last.id), undefined, sights) });
  for (const read of [
    async () => (await written(depsOf(blind), ann, id, { number: 1, size: 50 })).messages.at(-1),
    async () => (await described(depsOf(blind), ann, id)).messages.at(-1)?.message,
    async () => (await describedConversations(depsOf(blind), ann)).conversations[0]?.lastMessage,
  ]) {
    sights.left = 4;
    expect(await read()).toMatchObject({ id: last.id, text: 'last' });
    expect(sights.left).toBe(0);
  }
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

test('a bookmark that meets another transaction is tried again', async () => {
  const { table, deps, ann, id } = await world();
  const message = await send(deps, ann, id, 'x');
  const busy = async () => depsOf(await refusing(table, 20, () => cancelled('TransactionConflict')));
  expect(await bookmark(await busy(), ann, message.id)).toMatchObject({ created: true });
  expect(await bookmark(await busy(), ann, message.id)).toMatchObject({ created: false });
  await unbookmark(await busy(), ann, message.id);
  expect((await bookmarks(deps, ann)).bookmarks).toEqual([]);
});

test('a single write that meets a transaction on its item is tried again', async () => {
  const { table, deps, ann, id } = await world();
  const bob = userOf('acme');
  await add(deps, ann, id, bob.subject);
  const { id: last } = await send(deps, ann, id, 'x');
  let left = 20;
  const busy = await openTable({
    existing: table,
    client: answering('UpdateItemCommand', async (next) => {
      left -= 1;
      if (left >= 0) throw new TransactionConflictException({ message: 'conflict', $metadata: {} });
      return next();
    }),
  });
  expect(await markRead(depsOf(busy), bob, id, last)).toMatchObject({ messageId: last });
  expect(left).toBe(-1);
});

test('every request has its four attempts, whatever others have used up', async () => {
  let attempts = 0;
  const client = documentClient('http://127.0.0.1:1');
  answering('GetItemCommand', () => {
    attempts += 1;
    throw sdkError('TimeoutError');
  })(client);
  const table = { name: 'none', client, pause: () => Promise.resolve() };
  const read = () => expect(readItem(table, { pk: 'x', sk: 'y' })).rejects.toMatchObject({ code: 'unavailable' });
  await Promise.all(Array.from({ length: 60 }, read));
  await read();
  expect(attempts).toBe(61 * 4);
});
