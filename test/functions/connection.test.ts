import { expect, onTestFinished, test, vi } from 'vitest';
import { socketOwner } from '../../core/domain/socket.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { syncProfile } from '../../core/operations/sync-profile.ts';
import { socketsKey } from '../../core/store/keys.ts';
import { readItem } from '../../core/store/reading.ts';
import { connectFunction, disconnectFunction } from '../../functions/edge/connection.ts';
import { socketAuthorizer } from '../../functions/edge/socket-authorizer.ts';
import { answering, sdkError } from '../support/faults.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import {
  authorizerOf,
  connectEvent,
  disconnectEvent,
  type SocketEventOptions,
  withTime,
} from '../support/socket-event.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const NOW = 1_700_000_000_000;

function quietly() {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  onTestFinished(() => spy.mockRestore());
  return () => lines.map((line) => JSON.parse(line));
}

const ann = userOf('acme');
const own = { connectionId: 'one=', connectedAt: NOW - 5, authorizer: authorizerOf(ann.subject) };

const connect = (deps: Deps, options: SocketEventOptions = own, remaining?: number) =>
  connectFunction(deps)(connectEvent(options), withTime(remaining));
const disconnect = (deps: Deps, options: SocketEventOptions = own) =>
  disconnectFunction(deps)(disconnectEvent(options), withTime());
const itemOf = (deps: Deps, user = ann) => readItem(deps.table, socketsKey(socketOwner(user)));

test('who connects is counted among its owner’s sockets, with a lease and the end of its token', async () => {
  const logs = quietly();
  const deps = depsOf(await openTable(), () => NOW);
  const authorizer = authorizerOf(ann.subject, { exp: String(NOW / 1000 + 1_000) });
  expect(await connect(deps, { ...own, authorizer })).toEqual({ statusCode: 200, headers: {} });
  expect(await itemOf(deps)).toEqual({
    ...socketsKey(socketOwner(ann)),
    entity: 'sockets',
    gsi1pk: expect.stringMatching(/^A#[0-7]$/),
    gsi1sk: `acme#${ann.subject}`,
    announce: expect.any(String),
    ids: new Set(['one=']),
    'socket one=': { at: NOW - 5, lease: NOW + 150_000, exp: NOW + 1_000_000 },
  });
  expect(logs()).toMatchObject([{ level: 'INFO', requestId: 'request-1', eventType: 'CONNECT', status: 200 }]);
});

test.each([
  [{ 'Sec-WebSocket-Protocol': 'parley.v1, bearer.x.y.z' }, true],
  [{ 'sec-websocket-protocol': ['bearer.x.y.z', ' parley.v1'] }, true],
  [{ 'SEC-WEBSOCKET-PROTOCOL': 'other,parley.v1' }, true],
  [{ 'Sec-WebSocket-Protocol': 'parley.v10' }, false],
  [{}, false],
])('of the subprotocols %j ours is selected: %s', async (headers, isSelected) => {
  quietly();
  const deps = depsOf(await openTable(), () => NOW);
  const { headers: answered } = await connect(deps, { ...own, headers });
  expect(answered).toEqual(isSelected ? { 'Sec-WebSocket-Protocol': 'parley.v1' } : {});
});

test('who goes is no longer counted, also when its token has ended; again is fine', async () => {
  quietly();
  const deps = depsOf(await openTable(), () => NOW);
  await connect(deps);
  await connect(deps, { ...own, connectionId: 'two=' });
  const ended = { ...own, authorizer: authorizerOf(ann.subject, { exp: '1' }) };
  expect(await disconnect(deps, ended)).toEqual({ statusCode: 200, headers: {} });
  expect(await itemOf(deps)).toMatchObject({ ids: new Set(['two=']) });
  expect(await disconnect(deps, ended)).toMatchObject({ statusCode: 200 });
  expect(await disconnect(deps, { ...own, connectionId: 'two=' })).toMatchObject({ statusCode: 200 });
  expect(await itemOf(deps)).toBeUndefined();
  expect(await disconnect(deps)).toMatchObject({ statusCode: 200 });
  expect(await itemOf(deps)).toBeUndefined();
});

test('a service has a place of its own, which no user can name', async () => {
  quietly();
  const deps = depsOf(await openTable(), () => NOW);
  const service = { ...serviceOf('acme'), subject: 'back#end of acme' };
  const options = { ...own, authorizer: authorizerOf(service.subject, { service: 'true' }) };
  await connect(deps, options);
  const owner = socketOwner(service);
  expect(await itemOf(deps, service)).toMatchObject({
    pk: `S#acme#${owner.userId}`,
    gsi1sk: `#acme#${owner.userId}`,
    ids: new Set(['one=']),
  });
  expect(await itemOf(deps, userOf('acme', owner.userId))).toBeUndefined();
  await disconnect(deps, options);
  expect(await itemOf(deps, service)).toBeUndefined();
});

test('a token that has ended by now opens nothing', async () => {
  quietly();
  const deps = depsOf(await openTable(), () => NOW);
  const authorizer = authorizerOf(ann.subject, { exp: String(NOW / 1000) });
  expect(await connect(deps, { ...own, authorizer })).toEqual({ statusCode: 401 });
  expect(await itemOf(deps)).toBeUndefined();
});

test('a table in trouble lets nobody in, and says so; so does one that takes too long', async () => {
  const logs = quietly();
  const busy = await openTable({
    client: answering('UpdateItemCommand', async () => {
      throw sdkError('ThrottlingException');
    }),
  });
  expect(await connect(depsOf(busy, () => NOW))).toEqual({ statusCode: 503 });
  expect(logs()).toMatchObject([
    { level: 'ERROR', error: 'ThrottlingException' },
    { eventType: 'CONNECT', status: 503 },
  ]);
  expect(await disconnect(depsOf(busy, () => NOW))).toEqual({ statusCode: 503 });
  const slow = await openTable({ client: answering('UpdateItemCommand', () => new Promise(() => {})) });
  expect(
    await connect(
      depsOf(slow, () => NOW),
      own,
      260,
    ),
  ).toEqual({ statusCode: 503 });
  const odd = await openTable({
    client: answering('UpdateItemCommand', async () => {
      throw new Error('odd');
    }),
  });
  expect(await connect(depsOf(odd, () => NOW))).toEqual({ statusCode: 500 });
});

test('only events of their kind are taken', async () => {
  const deps = depsOf(await openTable());
  await expect(connectFunction(deps)(disconnectEvent(own), withTime())).rejects.toThrow();
  await expect(disconnectFunction(deps)(connectEvent(own), withTime())).rejects.toThrow();
});

test('connecting costs three units and two trips at most, with its authorizer, when the token tells nothing new', async () => {
  quietly();
  const recorder = new Recorder();
  const deps = depsOf(await openTable({ client: recorder.watch }), () => NOW);
  const profileClaims = { name: 'Ann', email: null, avatarUrl: null, issuedAt: 1 };
  const exp = NOW / 1000 + 1_000;
  const identity = { sub: ann.subject, organization: 'acme', service: false, superAdmin: false, exp };
  const authorize = socketAuthorizer(async () => ({ identity, profileClaims }), deps);
  await syncProfile(deps, ann, profileClaims);

  const connecting = (connectionId: string) =>
    recorder.cost(async () => {
      const query = { token: ['x'] };
      const event = { ...connectEvent({ ...own, query }), type: 'REQUEST', methodArn: 'arn:x:api/live/$connect' };
      const { context } = await authorize(event);
      expect(await connect(deps, { ...own, connectionId, authorizer: context })).toMatchObject({ statusCode: 200 });
    });
  expect(await connecting('one=')).toMatchObject({ writes: 2, reads: 0.5, trips: 2 });
  expect(await connecting('two=')).toMatchObject({ writes: 1, reads: 0.5, trips: 2 });
  for (let at = 0; at < 20; at += 1) await connect(deps, { ...own, connectionId: `a twentieth one${at}=` });
  const twentieth = await connecting('last=');
  expect(twentieth).toMatchObject({ reads: 0.5, trips: 2 });
  expect(twentieth.writes).toBeLessThanOrEqual(3);
  expect(await recorder.cost(() => disconnect(deps))).toMatchObject({ writes: twentieth.writes, trips: 1 });
});
