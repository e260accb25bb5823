import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { expect, test, vi } from 'vitest';
import { health, sendMessage } from '../../core/contract/native/routes.ts';
import type { Route } from '../../core/contract/route.ts';
import { nativeCodec } from '../../core/dialects/native/codec.ts';
import { Failure } from '../../core/domain/errors.ts';
import type { Principal } from '../../core/domain/principal.ts';
import { httpFunction } from '../../functions/edge/http.ts';
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
  operation: (principal: Principal) => Promise<unknown>,
  { now = 0, remaining = 10_000, route = health, change = (event) => event }: Circumstances = {},
) {
  const codec = nativeCodec(route, {
    decode: () => undefined,
    encode: (body: unknown) => ({ status: 200, body }),
  });
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  try {
    const handler = httpFunction(
      [codec],
      (principal) => operation(principal),
      () => now,
    );
    const event = change(eventOf(route.method, route.path, identity));
    const { statusCode, body, headers } = await handler(event, {
      ...context,
      getRemainingTimeInMillis: () => remaining,
    });
    return { status: statusCode, body: JSON.parse(body), headers, logs: lines.map((line) => JSON.parse(line)) };
  } finally {
    spy.mockRestore();
  }
}

test('a token’s identity reaches the operation until the moment the token ends', async () => {
  const seen: Principal[] = [];
  const operation = async (principal: Principal) => {
    seen.push(principal);
    return { status: 'ok' };
  };
  expect((await probe(operation, { now: 99_999 })).status).toBe(200);
  expect(await probe(operation, { now: 100_000 })).toMatchObject({
    status: 401,
    body: { error: 'unauthorized', message: 'Unauthenticated.', requestId: 'request-1' },
  });
  expect(seen).toEqual([{ subject: 'ann', organization: 'acme', isService: false }]);
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

test('trouble that passes says when to try again', async () => {
  const answer = await probe(() => Promise.reject(new Failure('unavailable', 'Busy')));
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { error: 'unavailable' } });
});

test('an operation that takes too long is answered for before Lambda ends it', async () => {
  const answer = await probe(() => new Promise(() => {}), { remaining: 260 });
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { error: 'unavailable' } });
});

test('a body is passed over where the route reads none', async () => {
  const change = (event: APIGatewayProxyEvent) => ({ ...event, body: '{' });
  expect((await probe(async () => ({ status: 'ok' }), { change })).status).toBe(200);
});

test('a broken token is refused before its request is read', async () => {
  const change = (event: APIGatewayProxyEvent) => ({ ...event, body: '{' });
  const route = sendMessage;
  const operation = async () => ({ status: 'ok' });
  expect((await probe(operation, { now: 100_000, change, route })).status).toBe(401);
  expect((await probe(operation, { now: 0, change, route })).body).toMatchObject({ error: 'malformed_json' });
});
