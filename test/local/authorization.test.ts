import { expect, test } from 'vitest';
import { FunctionFailure } from '../../local/lambda/failure.ts';
import { type Authorizer, readRestApi } from '../../local/rest/api.ts';
import { createAuthorization } from '../../local/rest/authorization.ts';
import { proxyEvent } from '../../local/rest/event.ts';
import { createRouter } from '../../local/rest/routing.ts';
import { request } from './requests.ts';
import { authorizer, fn, method, restApi, templateOf } from './small-stack.ts';

const api = readRestApi(
  templateOf({
    ...restApi,
    ...fn('Fn'),
    ...fn('Guard'),
    ...method('GET /items/{id}', 'Fn', 'Auth'),
    ...authorizer('Auth', 'Guard'),
  }),
);

/** An authorization by a function that answers what `decide` says, and the events that it was asked by. */
function guarded(decide: () => unknown, changes: Partial<Authorizer> = {}) {
  const asked: unknown[] = [];
  let time = 0;
  const lambda = {
    invoke: async (_: string, event: unknown) => {
      asked.push(event);
      return decide();
    },
    close: async () => {},
  };
  const authorize = createAuthorization(lambda, () => time);
  const call = (token: string | undefined, id = '7') => {
    const headers: [string, string][] = token === undefined ? [] : [['authorization', token]];
    const given = request('GET', `/items/${id}`, { headers });
    const match = createRouter(api.methods)('GET', given.path);
    const known = match?.method.authorizer;
    if (match === undefined || known === undefined) throw new Error('the request has no authorizer');
    const event = proxyEvent(api, given, match, 'id');
    return authorize({ ...known, ...changes }, event, `arn:api/v/GET/items/${id}`);
  };
  return {
    asked,
    call,
    wait: (ms: number) => {
      time += ms;
    },
  };
}

const policy = (resource: string, effect = 'Allow') => ({
  Version: '2012-10-17',
  Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: resource }],
});
const allowed = { principalId: 'ada', policyDocument: policy('arn:api/*') };
const refusal = (type: string) => expect.objectContaining({ type });

test('hands on the principal and the context, as text', async () => {
  const { call } = guarded(() => ({ ...allowed, context: { name: 'Ada', admin: true, age: 36 } }));
  expect(await call('t')).toEqual({ principalId: 'ada', name: 'Ada', admin: 'true', age: '36' });
});

test('asks by an event of the request', async () => {
  const { call, asked } = guarded(() => allowed);
  await call('t');
  expect(asked).toEqual([
    expect.objectContaining({
      type: 'REQUEST',
      methodArn: 'arn:api/v/GET/items/7',
      resource: '/items/{id}',
      path: '/items/7',
      httpMethod: 'GET',
      headers: expect.objectContaining({ authorization: 't' }),
      pathParameters: { id: '7' },
    }),
  ]);
  expect(asked[0]).not.toHaveProperty('body');
});

test('asks a TOKEN authorizer by the token alone', async () => {
  const { call, asked } = guarded(() => allowed, { type: 'TOKEN' });
  await call('t');
  expect(asked).toEqual([{ type: 'TOKEN', methodArn: 'arn:api/v/GET/items/7', authorizationToken: 't' }]);
});

test('remembers a decision for its time to live, by the identity', async () => {
  const { call, asked, wait } = guarded(() => allowed, { ttlMs: 1_000 });
  await call('t');
  await call('t', '8');
  expect(asked).toHaveLength(1);
  await call('another');
  expect(asked).toHaveLength(2);
  wait(999);
  await call('t');
  expect(asked).toHaveLength(2);
  wait(1);
  await call('t');
  expect(asked).toHaveLength(3);
});

test('remembers nothing without a time to live', async () => {
  const { call, asked } = guarded(() => allowed, { ttlMs: 0 });
  await call('t');
  await call('t');
  expect(asked).toHaveLength(2);
});

test('holds each request against a remembered policy', async () => {
  const { call, asked } = guarded(() => ({ ...allowed, policyDocument: policy('arn:api/v/GET/items/7') }));
  await call('t', '7');
  await expect(call('t', '8')).rejects.toEqual(refusal('ACCESS_DENIED'));
  expect(asked).toHaveLength(1);
});

test('refuses what the policy denies', async () => {
  const { call } = guarded(() => ({ ...allowed, policyDocument: policy('*', 'Deny') }));
  await expect(call('t')).rejects.toEqual(refusal('ACCESS_DENIED'));
});

test.each([undefined, ''])('asks nobody about a request without identity: %j', async (token) => {
  const { call, asked } = guarded(() => allowed);
  await expect(call(token)).rejects.toEqual(refusal('UNAUTHORIZED'));
  expect(asked).toEqual([]);
});

test.each([
  ['Unauthorized', 'UNAUTHORIZED'],
  ['unauthorized', 'AUTHORIZER_FAILURE'],
  ['the keys cannot be had', 'AUTHORIZER_FAILURE'],
])('an authorizer that throws %j: %s, and nothing is remembered', async (message, type) => {
  const { call, asked } = guarded(() => {
    throw new FunctionFailure('Error', message);
  });
  await expect(call('t')).rejects.toEqual(refusal(type));
  await expect(call('t')).rejects.toEqual(refusal(type));
  expect(asked).toHaveLength(2);
});

test.each([
  ['nothing', null],
  ['no policy', { principalId: 'ada' }],
  ['no principal', { policyDocument: policy('*') }],
  ['an object in its context', { ...allowed, context: { user: {} } }],
  ['null in its context', { ...allowed, context: { user: null } }],
])('an authorizer that answers %s is misconfigured', async (_, decision) => {
  const { call } = guarded(() => decision);
  await expect(call('t')).rejects.toEqual(refusal('AUTHORIZER_CONFIGURATION_ERROR'));
});
