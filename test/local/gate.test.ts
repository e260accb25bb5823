import {
  BatchGetItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../local/dynamodb/engine.ts';
import { openTableGate } from '../../local/dynamodb/gate.ts';
import { engineClient, ensureTable, readTable } from '../../local/dynamodb/table.ts';
import type { Gate } from '../../local/gate.ts';
import { PolicyDocument } from '../../local/policy.ts';
import { table, templateOf } from './small-stack.ts';

const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/Small';
const TableName = 'Small';
const Key = { pk: { S: 'a' }, sk: { S: 'b' } };

let engine: Engine;
let gate: Gate;
const clients = new Map<string, DynamoDBClient>();

const identity = (name: string, actions: string[], resource = arn) => ({
  accessKeyId: name,
  name,
  statements: PolicyDocument.parse({ Statement: { Effect: 'Allow', Action: actions, Resource: resource } }),
});
const as = (name: string): DynamoDBClient => {
  const client =
    clients.get(name) ??
    new DynamoDBClient({
      endpoint: gate.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: name, secretAccessKey: 'x' },
      maxAttempts: 1,
    });
  clients.set(name, client);
  return client;
};
const query = (where: { TableName: string; IndexName?: string }, key: string) =>
  new QueryCommand({
    ...where,
    KeyConditionExpression: `${key} = :value`,
    ExpressionAttributeValues: { ':value': { S: 'a' } },
  });
const refused = (name: string) => expect.objectContaining({ name });
const denied = (action: string, resource = arn) =>
  expect.objectContaining({
    name: 'AccessDeniedException',
    message: expect.stringContaining(`${action} on resource: ${resource}`),
  });

beforeAll(async () => {
  engine = await openEngine({ endpoint: process.env['DYNAMODB_ENDPOINT'] });
  const admin = engineClient(engine.endpoint);
  await ensureTable(admin, readTable(templateOf(table)));
  admin.destroy();
  gate = await openTableGate(engine.endpoint, [
    identity('Reader', ['dynamodb:GetItem']),
    identity('Writer', ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:GetItem']),
    identity('Batcher', ['dynamodb:BatchGetItem']),
    identity('Searcher', ['dynamodb:Query'], `${arn}/index/gsi1`),
    identity('Nobody', ['logs:PutLogEvents'], '*'),
  ]);
});
afterAll(async () => {
  for (const client of clients.values()) client.destroy();
  await gate.close();
  await engine.close();
});

test('lets through what is allowed, and back what the engine answers', async () => {
  await as('Writer').send(new PutItemCommand({ TableName, Item: { ...Key, text: { S: 'hällo' } } }));
  const { Item } = await as('Reader').send(new GetItemCommand({ TableName, Key }));
  expect(Item).toEqual({ ...Key, text: { S: 'hällo' } });
});

test("lets through the engine's refusals", async () => {
  const put = new PutItemCommand({ TableName, Item: { pk: { S: 'no sort key' } } });
  await expect(as('Writer').send(put)).rejects.toMatchObject({ name: 'ValidationException' });
});

test('knows a table by its ARN too', async () => {
  const get = new GetItemCommand({ TableName: arn, Key });
  await expect(as('Nobody').send(get)).rejects.toEqual(denied('dynamodb:GetItem'));
});

type Call = (client: DynamoDBClient) => Promise<unknown>;

test.each<[string, string, Call, unknown]>([
  ['Reader', 'put', (db) => db.send(new PutItemCommand({ TableName, Item: Key })), denied('dynamodb:PutItem')],
  ['Reader', 'scan', (db) => db.send(new ScanCommand({ TableName })), denied('dynamodb:Scan')],
  ['Reader', 'describe', (db) => db.send(new DescribeTableCommand({ TableName })), denied('dynamodb:DescribeTable')],
  [
    'Reader',
    'get from another table',
    (db) => db.send(new GetItemCommand({ TableName: 'Other', Key })),
    denied('dynamodb:GetItem', arn.replace('Small', 'Other')),
  ],
  [
    'Reader',
    'get in batches',
    (db) => db.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key] } } })),
    denied('dynamodb:BatchGetItem'),
  ],
  ['Nobody', 'get', (db) => db.send(new GetItemCommand({ TableName, Key })), denied('dynamodb:GetItem')],
  [
    'Batcher',
    'get in a transaction',
    (db) => db.send(new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key } }] })),
    denied('dynamodb:GetItem'),
  ],
  ['Searcher', 'query the table', (db) => db.send(query({ TableName }, 'pk')), denied('dynamodb:Query')],
  [
    'Reader',
    'do what the laptop cannot tell',
    (db) => db.send(new ExecuteStatementCommand({ Statement: 'SELECT * FROM Small' })),
    refused('AccessDeniedException'),
  ],
  ['Stranger', 'get', (db) => db.send(new GetItemCommand({ TableName, Key })), refused('UnrecognizedClientException')],
])('%s may not %s', async (name, _, call, refusal) => {
  await expect(call(as(name))).rejects.toEqual(refusal);
});

test('a transaction needs the permission of each of its parts', async () => {
  const put = { Put: { TableName, Item: { ...Key, part: { S: 'put' } } } };
  const other = { pk: { S: 'x' }, sk: { S: 'y' } };
  const check = { ConditionCheck: { TableName, Key: other, ConditionExpression: 'attribute_not_exists(pk)' } };
  const remove = { Delete: { TableName, Key: other } };

  const writer = as('Writer');
  await writer.send(new TransactWriteItemsCommand({ TransactItems: [put] }));
  const checked = new TransactWriteItemsCommand({ TransactItems: [put, check] });
  await expect(writer.send(checked)).rejects.toEqual(denied('dynamodb:ConditionCheckItem'));
  const removing = new TransactWriteItemsCommand({ TransactItems: [put, remove] });
  await expect(writer.send(removing)).rejects.toEqual(denied('dynamodb:DeleteItem'));
});

test('a refused request changes nothing', async () => {
  const fresh = { pk: { S: 'fresh' }, sk: { S: 'fresh' } };
  const put = new TransactWriteItemsCommand({
    TransactItems: [{ Put: { TableName, Item: fresh } }, { Delete: { TableName, Key } }],
  });
  await expect(as('Writer').send(put)).rejects.toEqual(denied('dynamodb:DeleteItem'));
  expect((await as('Reader').send(new GetItemCommand({ TableName, Key: fresh }))).Item).toBeUndefined();
});

test('the index is a resource of its own', async () => {
  expect((await as('Searcher').send(query({ TableName, IndexName: 'gsi1' }, 'gsi1pk'))).Count).toBe(0);
});

test('tells what each function has done, and not what it was refused', async () => {
  expect(gate.performed('Searcher')).toEqual([`dynamodb:Query ${arn}/index/gsi1`]);
  expect(gate.performed('Writer')).toEqual([`dynamodb:PutItem ${arn}`]);
  expect(gate.performed('Nobody')).toEqual([]);
});
