import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import {
  authorizer,
  gatewayResponse,
  method,
  preflight,
  type Resources,
  restApi,
  table,
  writeAssembly,
} from './small-stack.ts';

const tableArn = { 'Fn::GetAtt': ['Table', 'Arn'] };
const functions = {
  Guard: {
    source: `export const handler = async ({ headers }) => {
      const token = headers.authorization ?? headers.Authorization;
      if (token !== 'good') throw new Error(token === 'bad' ? 'Unauthorized' : 'no keys');
      return {
        principalId: 'ada',
        policyDocument: { Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*/GET/items/*' }] },
        context: { admin: true },
      };
    }`,
  },
  Echo: {
    source: `export const handler = async (event) => ({
      statusCode: 200, headers: { 'X-Made': 'here' }, body: JSON.stringify(event) })`,
  },
  Misbehave: {
    source: `export const handler = async ({ pathParameters: { how } }) => {
      if (how === 'hang') await new Promise(() => {});
      if (how === 'exit') process.exit(1);
      if (how === 'throw') throw new Error('secret');
      if (how === 'flood') return { statusCode: 200, body: 'x'.repeat(7e6) };
      if (how === 'fine') return { statusCode: 200, body: 'fine' };
      return how;
    }`,
  },
  // Asks DynamoDB as the SDK would, for what the path names.
  Database: {
    source: `export const handler = async ({ pathParameters: { operation } }) => {
      const { AWS_ENDPOINT_URL_DYNAMODB, AWS_ACCESS_KEY_ID, TABLE_NAME } = process.env;
      const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
      const answer = await fetch(AWS_ENDPOINT_URL_DYNAMODB, {
        method: 'POST',
        headers: {
          authorization: 'AWS4-HMAC-SHA256 Credential=' + AWS_ACCESS_KEY_ID + '/20260101/us-east-1/dynamodb/aws4_request',
          'x-amz-target': 'DynamoDB_20120810.' + operation,
          'x-amz-date': '20260101T000000Z',
          'content-type': 'application/x-amz-json-1.0',
        },
        body: JSON.stringify(operation === 'PutItem' ? { TableName: TABLE_NAME, Item: Key } : { TableName: TABLE_NAME, Key }),
      });
      return { statusCode: answer.status, body: await answer.text() };
    }`,
    properties: { Environment: { Variables: { TABLE_NAME: { Ref: 'Table' } } } },
    statements: [{ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: tableArn }],
  },
};

const body = (text: string) => ({ ResponseTemplates: { 'application/json': text } });
const resources: Resources = {
  ...restApi,
  ...table,
  ...authorizer('Auth', 'Guard'),
  ...method('GET /items/{id}', 'Echo', 'Auth'),
  ...method('DELETE /items/{id}', 'Echo', 'Auth'),
  ...method('POST /echo', 'Echo'),
  ...method('GET /misbehave/{how}', 'Misbehave'),
  ...method('GET /database/{operation}', 'Database'),
  ...preflight('/echo', { 'Access-Control-Allow-Origin': "'*'" }),
  ...gatewayResponse('UNAUTHORIZED', { ...body('{"who":"are you","id":"$context.requestId"}'), StatusCode: '401' }),
  ...gatewayResponse('MISSING_AUTHENTICATION_TOKEN', { ...body('"lost"'), StatusCode: '404' }),
  ...gatewayResponse('DEFAULT_4XX', { ...body('"lost with a token"'), StatusCode: '404' }),
  ...gatewayResponse('ACCESS_DENIED', { ...body('"no"'), StatusCode: '403' }),
  ...gatewayResponse('REQUEST_TOO_LARGE', { ...body('"too much"'), StatusCode: '413' }),
  ...gatewayResponse('INTEGRATION_TIMEOUT', { ...body('"late"'), StatusCode: '503' }),
};

let assembly = '';
let cloud: Cloud;
const lines: string[] = [];
beforeAll(async () => {
  assembly = await mkdtemp(join(tmpdir(), 'parley-small-'));
  await writeAssembly(assembly, resources, functions);
  cloud = await startCloud({
    assembly,
    dynamodbEndpoint: process.env['DYNAMODB_ENDPOINT'],
    limits: { integrationMs: 1_500 },
    log: ({ text }) => lines.push(text),
  });
});
afterAll(async () => {
  await cloud.close();
  await rm(assembly, { recursive: true });
});

const ask = (path: string, init: RequestInit = {}) => fetch(`${cloud.url}${path}`, init);
const asked = async (path: string, init: RequestInit = {}) => {
  const answer = await ask(path, init);
  return [answer.status, await answer.text()];
};
const good = { headers: { authorization: 'good' } };

test('a request reaches its function behind the authorizer, and the answer its caller', async () => {
  const answer = await ask('/items/a%2Fb?x=1&x=2', good);
  expect([answer.status, answer.headers.get('x-made')]).toEqual([200, 'here']);
  expect(await answer.json()).toMatchObject({
    resource: '/items/{id}',
    path: '/items/a%2Fb',
    pathParameters: { id: 'a%2Fb' },
    multiValueQueryStringParameters: { x: ['1', '2'] },
    requestContext: {
      authorizer: { principalId: 'ada', admin: 'true' },
      requestId: answer.headers.get('x-amzn-requestid'),
    },
  });
});

test('survives percent-encoding that means nothing', async () => {
  const answer = await ask('/items/%zz?a=%e0%', good);
  expect(await answer.json()).toMatchObject({ pathParameters: { id: '%zz' } });
});

test.each([
  ['without a token', '/items/1', {}, 401, expect.stringMatching(/^{"who":"are you","id":"[\w-]{36}"}$/)],
  ['with a bad token', '/items/1', { headers: { authorization: 'bad' } }, 401, expect.stringContaining('who')],
  ['when the authorizer fails', '/items/1', { headers: { authorization: 'x' } }, 500, '{"message":null}'],
  ['that the policy does not allow', '/items/1', { ...good, method: 'DELETE' }, 403, '"no"'],
  ['to an unknown route', '/other', {}, 404, '"lost"'],
  ['by an unknown method', '/echo', { method: 'PATCH' }, 404, '"lost"'],
  ['to an unknown route with a token', '/other', good, 404, '"lost with a token"'],
])('a request %s', async (_, path, init, status, text) => {
  expect(await asked(path, init)).toEqual([status, text]);
});

test('answers a preflight by itself', async () => {
  const answer = await ask('/echo', { method: 'OPTIONS' });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
});

test.each([
  ['ten megabytes and more', { body: 'x'.repeat(10 * 1024 * 1024 + 1) }],
  ["more than Lambda's six megabytes", { body: 'x'.repeat(6 * 1024 * 1024) }],
  ['headers of ten kilobytes and more', { headers: { 'x-long': 'x'.repeat(10_240) } }],
])('refuses %s', async (_, init) => {
  expect(await asked('/echo', { method: 'POST', ...init })).toEqual([413, '"too much"']);
});

test('takes headers of less', async () => {
  const answer = await ask('/echo', { method: 'POST', headers: { 'x-long': 'x'.repeat(9_000) } });
  expect(answer.status).toBe(200);
});

test.each(['exit', 'throw', 'flood', 'nonsense'])(
  'a function that misbehaves by %s is a 502 without details',
  async (how) => {
    expect(await asked(`/misbehave/${how}`)).toEqual([502, '{"message":"Internal server error"}']);
    expect(await asked('/misbehave/fine')).toEqual([200, 'fine']);
  },
);

test('waits for a function no longer than the gateway would', async () => {
  expect(await asked('/misbehave/hang')).toEqual([503, '"late"']);
});

test('a function does in the table what its role allows, and nothing else', async () => {
  expect(await asked('/database/PutItem')).toEqual([200, '{}']);
  expect(await asked('/database/GetItem')).toEqual([400, expect.stringContaining('AccessDeniedException')]);
  const put = `dynamodb:PutItem arn:aws:dynamodb:us-east-1:000000000000:table/${cloud.tableName}`;
  expect(cloud.access().get('Database')).toEqual({ granted: [put], performed: [put] });
  expect(cloud.access().get('Echo')).toEqual({ granted: [], performed: [] });
});

test('hands on the log of a failing function', () => {
  expect(lines.join()).toContain('Error: secret');
});

test('leaves nothing behind where nothing shall be kept', async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'parley-temporary-'));
  onTestFinished(() => rm(temporary, { recursive: true }));
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(() => void vi.unstubAllEnvs());

  const other = await startCloud({ assembly, dynamodbEndpoint: process.env['DYNAMODB_ENDPOINT'] });
  expect(await readdir(temporary)).toHaveLength(1);
  await other.close();
  expect(await readdir(temporary)).toEqual([]);
  await expect(fetch(other.url)).rejects.toThrow();
});

test('one folder is for one cloud at a time', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-kept-'));
  const options = { assembly, directory, dynamodbEndpoint: process.env['DYNAMODB_ENDPOINT'] };
  const first = await startCloud(options);
  await expect(startCloud(options)).rejects.toThrow(`the process ${process.pid} does`);
  await first.close();
  await (await startCloud(options)).close();
  await rm(directory, { recursive: true });
});

test('a start that is called off leaves nothing running', async () => {
  const stop = new AbortController();
  const starting = startCloud({ assembly, signal: stop.signal });
  stop.abort(new Error('never mind'));
  await expect(starting).rejects.toThrow('never mind');
});
