import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { expect, test, vi } from 'vitest';
import { health } from '../../core/contract/native/routes/health.ts';
import { sendMessage } from '../../core/contract/native/routes/messages.ts';
import { nothing, type Route, route } from '../../core/contract/route.ts';
import { nativeCodec } from '../../core/dialects/native/codec.ts';
import { unavailable } from '../../core/domain/errors.ts';
import type { Principal } from '../../core/domain/principal.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { readItem } from '../../core/store/reading.ts';
import { retrying } from '../../core/store/retrying.ts';
import { documentClient } from '../../core/store/table.ts';
import { httpFunction, serve } from '../../functions/edge/http.ts';
import { eventOf } from '../support/event.ts';

const context: Context = {
  awsRequestId: 'invocation-1',
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'probe',
  functionVersion: '1',
  invokedFunctionArn: 'arn',
  logGroupName: '',
  logStreamName: '',
  memoryLimitInMB: '256',
  getRemainingTimeInMillis: () => 1_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};

const identity = { sub: 'ann', organization: 'acme', service: 'false', exp: '100' };

interface Circumstances {
  readonly now?: number;
  readonly remaining?: number;
  readonly route?: Route;
  readonly change?: (event: APIGatewayProxyEvent) => APIGatewayProxyEvent;
}

/** Calls a function that serves a route by `operation`; answers the status, the body, and what it logged. */
async function probe(
  operation: (deps: Deps, principal: Principal) => Promise<unknown>,
  { now = 0, remaining = 10_000, route = health, change = (event) => event }: Circumstances = {},
) {
  const status = Number(Object.keys(route.responses)[0]);
  const codec = nativeCodec(route, {
    decode: () => undefined,
    encode: (body: unknown) => ({ status, body }),
  });
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  try {
    const table = { name: 'none', client: documentClient('http://localhost:1'), pause: async () => {} };
    const handler = httpFunction([serve(codec, operation)], { table, now: () => now });
    const event = change(eventOf(route.method, route.path, identity));
    const { statusCode, body, headers } = await handler(event, {
      ...context,
      getRemainingTimeInMillis: () => remaining,
    });
    return { status: statusCode, body: body && JSON.parse(body), headers, logs: lines.map((line) => JSON.parse(line)) };
  } finally {
    spy.mockRestore();
  }
}

test('a token’s identity reaches the operation until the moment the token ends', async () => {
  const seen: Principal[] = [];
  const operation = async (_: Deps, principal: Principal) => {
    seen.push(principal);
    return { status: 'ok' };
  };
  expect((await probe(operation, { now: 99_999 })).status).toBe(200);
  expect(await probe(operation, { now: 100_000 })).toMatchObject({
    status: 401,
    body: { error: 'unauthorized', message: 'Unauthenticated.', requestId: 'request-1' },
  });
  expect(seen).toEqual([{ subject: 'ann', organization: 'acme', isService: false, isSuperAdmin: false }]);
});

test('an error of ours says nothing of itself, and its log neither its message nor what it carries', async () => {
  const secret = 'a private text';
  const error = Object.assign(new Error(`ValidationException: ${secret}`), { Item: { text: secret } });
  const answer = await probe(() => Promise.reject(error));
  expect(answer).toMatchObject({
    status: 500,
    body: { error: 'internal_error', message: 'Internal server error', requestId: 'request-1' },
  });
  expect(JSON.stringify(answer)).not.toContain(secret);
  expect(answer.logs).toMatchObject(
    [
      { level: 'ERROR', requestId: 'request-1', error: 'Error', at: [expect.stringContaining('http.test.ts'), ...[]] },
      { level: 'INFO', requestId: 'request-1', route: 'GET /health', status: 500 },
    ].map((line) => ('at' in line ? { ...line, at: expect.any(Array) } : line)),
  );
});

test('an answer that breaks our own schema is our error', async () => {
  expect(await probe(async () => ({ status: 'fine' }))).toMatchObject({ status: 500 });
});

test('what has no body is answered by none, and by no type of one', async () => {
  const removal = route({
    dialect: 'native',
    method: 'DELETE',
    path: '/things/{id}',
    operation: 'delete-thing',
    summary: 'Delete a thing',
    request: {},
    responses: { 204: nothing },
  });
  const { status, body, headers } = await probe(async () => undefined, { route: removal });
  expect({ status, body, headers }).toEqual({ status: 204, body: '', headers: { 'x-request-id': 'request-1' } });
  expect(await probe(async () => 'something', { route: removal })).toMatchObject({ status: 500 });
});

test('trouble that passes says when to try again', async () => {
  const answer = await probe(() => Promise.reject(unavailable(new Error('busy'))));
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { error: 'unavailable' } });
});

test('an operation that takes too long is answered for before Lambda ends it, and goes on with nothing', async () => {
  let given: Deps | undefined;
  const operation = (deps: Deps) => {
    given = deps;
    return new Promise(() => {});
  };
  const answer = await probe(operation, { remaining: 260 });
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { error: 'unavailable' } });
  expect(answer.logs[0]).toMatchObject({ level: 'ERROR', error: 'TooSlow' });
  const deps = given;
  if (!deps) throw new Error('the operation was not begun');
  let begun = 0;
  const attempt = async () => {
    begun += 1;
    return undefined;
  };
  await expect(retrying(deps.table, attempt)).rejects.toThrow();
  await expect(readItem(deps.table, { pk: 'C#1', sk: '#HEAD' })).rejects.toMatchObject({ name: 'AbortError' });
  expect(begun).toBe(0);
});

test('trouble that passes is logged by its cause', async () => {
  const cause = Object.assign(new Error('the text of a message'), {
    name: 'ThrottlingException',
    $metadata: { requestId: 'aws-1', attempts: 4 },
  });
  const { logs } = await probe(() => Promise.reject(unavailable(cause)));
  expect(logs[0]).toMatchObject({ error: 'ThrottlingException', awsRequestId: 'aws-1', attempts: 4 });
  expect(JSON.stringify(logs)).not.toContain('the text of a message');
});

test('a body must be JSON, also where the route reads none', async () => {
  const change = (event: APIGatewayProxyEvent) => ({ ...event, body: '{"half' });
  expect((await probe(async () => ({ status: 'ok' }), { change })).status).toBe(400);
});

test('a broken token is refused before its request is read', async () => {
  const change = (event: APIGatewayProxyEvent) => ({ ...event, body: '{' });
  const route = sendMessage;
  const operation = async () => ({ status: 'ok' });
  expect((await probe(operation, { now: 100_000, change, route })).status).toBe(401);
  expect((await probe(operation, { now: 0, change, route })).body).toMatchObject({ error: 'malformed_json' });
});
