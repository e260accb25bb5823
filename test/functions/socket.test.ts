import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { action } from '../../core/contract/live/action.ts';
import { AckFrame, ErrorFrame } from '../../core/contract/live/frame.ts';
import { liveCodec } from '../../core/dialects/live/codec.ts';
import { ping } from '../../core/dialects/live/ping.ts';
import { Failure, invalid, notFound, unavailable } from '../../core/domain/errors.ts';
import type { Principal } from '../../core/domain/principal.ts';
import { openSocket } from '../../core/operations/open-socket.ts';
import { readClock } from '../../core/operations/read-clock.ts';
import type { RealtimeDeps } from '../../core/realtime/deps.ts';
import { retrying } from '../../core/store/retrying.ts';
import { always, type Renewals, twiceAMinute } from '../../functions/edge/renewals.ts';
import { socketFunction } from '../../functions/edge/socket.ts';
import { unroutedFunction } from '../../functions/edge/unrouted.ts';
import { Connections } from '../support/connections.ts';
import { answering, sdkError } from '../support/faults.ts';
import { userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { authorizerOf, messageEvent, type SocketEventOptions, withTime } from '../support/socket-event.ts';
import { SocketsWorld } from '../support/sockets-world.ts';
import { useTables } from '../support/table.ts';

const openTable = useTables();

const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  onTestFinished(() => spy.mockRestore());
});
const logs = () => lines.map((line) => JSON.parse(line));

/** An action of the tests: it says what it is told. */
const say = liveCodec(
  action({
    name: 'say',
    operation: 'say',
    summary: 'Say something',
    data: z.object({ text: z.string(), to: z.optional(z.string()) }),
    ack: z.object({ said: z.string() }),
  }),
  { decode: ({ text }) => text, encode: (said: string) => ({ said }), names: { inner: 'outer' } },
);

type Operation = (deps: RealtimeDeps, principal: Principal, text: string) => Promise<string>;
const repeat: Operation = async (_, __, text) => text;

const frameOf = (frame: object) => JSON.stringify(frame);
const hello = frameOf({ action: 'say', id: '1', data: { text: 'hello' } });

/** Ann's socket, which is open, and a function that serves it. */
async function scene(operation: Operation = repeat, renewals: Renewals = twiceAMinute()) {
  const recorder = new Recorder();
  const world = await SocketsWorld.start(openTable, { client: recorder.watch });
  const ann = userOf('acme');
  const connectionId = await world.open(ann);
  const connectedAt = world.now;
  const handler = socketFunction(say, operation, world.deps, renewals);
  const ask = async (body: string | undefined, options: SocketEventOptions = {}, remaining?: number) => {
    const event = messageEvent(body, { connectionId, connectedAt, authorizer: authorizerOf(ann.subject), ...options });
    const { statusCode, body: text } = await handler(event, withTime(remaining));
    expect(statusCode).toBe(200);
    return text === undefined ? undefined : JSON.parse(text);
  };
  return { recorder, world, ann, connectionId, ask };
}

describe('a frame', () => {
  test('is answered by one that names it, and its log says nothing of it', async () => {
    const seen: Principal[] = [];
    const { ann, connectionId, ask } = await scene(async (_, principal, text) => {
      seen.push(principal);
      return text;
    });
    const text = 'a private text';
    expect(await ask(frameOf({ action: 'say', id: 'x', data: { text } }))).toEqual({
      type: 'ack',
      id: 'x',
      data: { said: text },
    });
    expect(seen).toEqual([ann]);
    expect(logs()).toMatchObject([{ level: 'INFO', requestId: 'request-1', action: 'say', outcome: 'ack' }]);
    expect(lines.join()).not.toContain('private');
    expect(lines.join()).not.toContain(connectionId);
  });

  test.each<[string, () => unknown, object]>([
    ['not there', () => notFound('Conversation'), { code: 'not_found', message: 'Conversation not found' }],
    ['busy', () => unavailable(new Error('x')), { code: 'unavailable', temporary: true }],
    ['too many', () => new Failure('rate_limited', 'Slow down'), { code: 'rate_limited', temporary: true }],
    [
      'wrong inside',
      () => invalid({ path: 'inner', message: 'is odd' }),
      { code: 'validation_failed', temporary: false, details: [{ path: 'outer', message: 'is odd' }] },
    ],
    ['a bug', () => new Error('a private text'), { code: 'internal_error', message: 'Internal server error' }],
    ['an odd bug', () => undefined, { code: 'internal_error', temporary: false }],
  ])('whose operation fails, as it is %s, is answered by an error', async (_, error, expected) => {
    const { ask } = await scene(() => Promise.reject(error()));
    const answer = await ask(hello);
    expect(ErrorFrame.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({ type: 'error', id: '1', error: expected });
    expect(lines.join()).not.toContain('private');
    expect(logs().at(-1)).toMatchObject({ outcome: answer.error.code });
  });

  test('whose answer would break our contract, or be too large, is answered by an error of ours', async () => {
    const { ask } = await scene(async () => 7 as unknown as string);
    expect(await ask(hello)).toMatchObject({ id: '1', error: { code: 'internal_error' } });
    const { ask: askMore } = await scene(async () => 'x'.repeat(130_000));
    expect(await askMore(hello)).toMatchObject({ id: '1', error: { code: 'internal_error', temporary: false } });
    expect(logs().filter(({ level }) => level === 'ERROR')).toHaveLength(2);
  });

  test.each([
    [undefined, null, 'malformed_json', undefined],
    ['', null, 'malformed_json', undefined],
    ['{"action":', null, 'malformed_json', undefined],
    ['[1]', null, 'validation_failed', ['']],
    ['{}', null, 'validation_failed', ['action', 'id']],
    ['{"action":"say","id":7}', null, 'validation_failed', ['id']],
    ['{"action":"say","id":""}', null, 'validation_failed', ['id']],
    [frameOf({ action: 'say', id: 'x'.repeat(129) }), null, 'validation_failed', ['id']],
    ['{"action":7,"id":"a"}', 'a', 'validation_failed', ['action']],
    ['{"action":"ping","id":"a"}', 'a', 'validation_failed', ['action']],
    ['{"action":"say","id":"a"}', 'a', 'validation_failed', ['text']],
    ['{"action":"say","id":"a","data":null}', 'a', 'validation_failed', ['data']],
    ['{"action":"say","id":"a","data":[]}', 'a', 'validation_failed', ['data']],
    ['{"action":"say","id":"a","data":{"text":1,"to":2}}', 'a', 'validation_failed', ['text', 'to']],
  ])('that is %s is answered to %s by %s', async (body, id, code, paths) => {
    const { ask } = await scene();
    const answer = await ask(body);
    expect(ErrorFrame.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({ id, error: { code, temporary: false } });
    expect(answer.error.details?.map(({ path }: { path: string }) => path)).toEqual(paths);
  });

  test('of any kind gets one answer of ours', async () => {
    const { ask } = await scene();
    const unrouted = unroutedFunction();
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc
        .record(
          {
            action: fc.oneof(fc.constant('say'), fc.anything()),
            id: fc.oneof(fc.string({ unit: 'binary', maxLength: 130 }), fc.anything()),
            data: fc.oneof(
              fc.record({ text: fc.string({ unit: 'binary' }) }),
              fc.anything({ withNullPrototype: true }),
            ),
          },
          { requiredKeys: [] },
        )
        .map((frame) => JSON.stringify(frame, (_, value) => (typeof value === 'bigint' ? String(value) : value))),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (body) => {
        const answer = await ask(body);
        expect(z.union([AckFrame, ErrorFrame]).safeParse(answer)).toMatchObject({ success: true });
        if (answer.type === 'error') {
          expect(['malformed_json', 'validation_failed']).toContain(answer.error.code);
        }
        const other = await unrouted(messageEvent(body), withTime());
        expect(ErrorFrame.safeParse(JSON.parse(other.body ?? ''))).toMatchObject({ success: true });
      }),
      { numRuns: 500 },
    );
    expect(logs().filter(({ level }) => level === 'ERROR')).toEqual([]);
  });

  test('with thousands of faults is told of some', async () => {
    const ids = liveCodec(
      action({
        name: 'say',
        operation: 'say',
        summary: 'Name some',
        data: z.object({ ids: z.array(z.guid()) }),
        ack: z.object({}),
      }),
      { decode: () => '', encode: () => ({}) },
    );
    const { world, ann } = await scene();
    const handler = socketFunction(ids, repeat, world.deps);
    const body = frameOf({ action: 'say', id: 'i', data: { ids: Array.from({ length: 60_000 }, () => 1) } });
    const options = { connectedAt: world.now, authorizer: authorizerOf(ann.subject) };
    const answer = await handler(messageEvent(body, options), withTime());
    expect(answer.body?.length).toBeLessThan(120_000);
    expect(ErrorFrame.parse(JSON.parse(answer.body ?? '')).error.details).toHaveLength(100);
  });

  test('that takes too long is answered before Lambda ends it, and goes on with nothing', async () => {
    let given: RealtimeDeps | undefined;
    const { ask } = await scene((deps) => {
      given = deps;
      return new Promise(() => {});
    });
    expect(await ask(hello, {}, 260)).toMatchObject({ error: { code: 'unavailable', temporary: true } });
    expect(logs()[0]).toMatchObject({ level: 'ERROR', error: 'TooSlow' });
    const table = given?.table;
    if (!table) throw new Error('the operation was not begun');
    await expect(retrying(table, async () => undefined)).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('is no event of another kind', async () => {
    const { world } = await scene();
    const handler = socketFunction(say, repeat, world.deps);
    const event = messageEvent(hello);
    const odd = { ...event, requestContext: { ...event.requestContext, eventType: 'CONNECT' } };
    await expect(handler(odd, withTime())).rejects.toThrow();
  });

  test('that no function takes is told so', async () => {
    const unrouted = unroutedFunction();
    const ask = async (body: string) => JSON.parse((await unrouted(messageEvent(body), withTime())).body ?? '');
    expect(await ask('{"action":"fly","id":"7"}')).toMatchObject({
      type: 'error',
      id: '7',
      error: { code: 'validation_failed', details: [{ path: 'action', message: 'must be an action that there is' }] },
    });
    expect(await ask('hello')).toMatchObject({ id: null, error: { code: 'malformed_json' } });
  });
});

describe('the lease', () => {
  const lease = async (world: SocketsWorld, ann: Principal, id: string): Promise<number> =>
    (((await world.item(ann))?.[`socket ${id}`] ?? {}) as { lease: number }).lease - world.now;

  test('is renewed by a frame twice a minute, and not in the first half; no connection is read', async () => {
    const { recorder, world, ann, connectionId, ask } = await scene();
    const expected = [
      // After so many milliseconds: how much is written, and what is left.
      [29_999, 0, 150_000 - 29_999],
      [1, 1, 150_000],
      [29_999, 0, 150_000 - 29_999],
      [1, 1, 150_000],
    ] as const;
    for (const [wait, written, left] of expected) {
      world.now += wait;
      const { writes, reads } = await recorder.cost(() => ask(hello));
      // The table's own record of the tests reads; the function does not.
      expect({ writes, reads: written === 0 ? reads : 0 }).toEqual({ writes: written, reads: 0 });
      expect(await lease(world, ann, connectionId)).toBe(left);
    }
  });

  test('is renewed by a bad frame too', async () => {
    const { world, ann, connectionId, ask } = await scene();
    world.now += 60_000;
    await ask('nonsense');
    expect(await lease(world, ann, connectionId)).toBe(150_000);
  });

  test('is renewed always where that is asked for', async () => {
    const { world, ann, connectionId, ask } = await scene(repeat, always);
    for (let at = 0; at < 3; at += 1) {
      world.now += 1;
      await ask(hello);
      expect(await lease(world, ann, connectionId)).toBe(150_000);
    }
  });

  test('is not waited for, and a frame is answered though it cannot be renewed', async () => {
    const { world, ann } = await scene();
    const { promise, resolve } = Promise.withResolvers<void>();
    const table = await openTable({
      existing: world.deps.table,
      client: answering('UpdateItemCommand', async () => {
        await promise;
        throw sdkError('ThrottlingException');
      }),
    });
    // The operation ends the renewal: were it to wait for that, nothing would come of it.
    const operation = async () => {
      resolve();
      return 'done';
    };
    const handler = socketFunction(say, operation, { ...world.deps, table }, always);
    const answer = await handler(messageEvent(hello, { authorizer: authorizerOf(ann.subject) }), withTime());
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ type: 'ack' });
    expect(logs()).toMatchObject([
      { level: 'ERROR', missed: 'lease', error: 'ThrottlingException' },
      { outcome: 'ack' },
    ]);
  });

  test('that has ended does not come back: the frame is answered, and the socket closed', async () => {
    const { world, ann, connectionId, ask } = await scene();
    world.now += 150_000;
    expect(await ask(hello)).toBeUndefined();
    expect(world.connections.closed).toEqual([connectionId]);
    expect(world.connections.posts).toEqual([connectionId]);
    expect(await lease(world, ann, connectionId)).toBe(0);
    expect(logs()).toMatchObject([{ outcome: 'ack' }]);
  });

  test('of a socket that is no longer known is none', async () => {
    const { world, ann, connectionId, ask } = await scene();
    world.now += 60_000;
    await world.close(ann, connectionId);
    world.connections.open(connectionId);
    const heard: unknown[] = [];
    const post = world.connections.post.bind(world.connections);
    world.connections.post = async (id, frame) => {
      heard.push(JSON.parse(frame));
      return post(id, frame);
    };
    expect(await ask(hello)).toBeUndefined();
    expect(heard).toEqual([{ type: 'ack', id: '1', data: { said: 'hello' } }]);
    expect(world.connections.closed).toEqual([connectionId]);
    expect(await world.item(ann)).toBeUndefined();
  });

  test('a last word that cannot be posted is answered like every other, and a socket that cannot be closed is logged', async () => {
    const { world, ask } = await scene();
    world.now += 150_000;
    world.connections.trouble.push('failed');
    expect(await ask(hello)).toMatchObject({ type: 'ack' });
    expect(world.connections.closed).toEqual([]);
    world.connections.close = () => Promise.reject(new Error('busy'));
    expect(await ask(hello)).toBeUndefined();
    expect(logs().at(-1)).toMatchObject({ level: 'ERROR', missed: 'close' });
  });
});

test('a ping costs one unit and one trip, and is answered by the clock', async () => {
  const recorder = new Recorder();
  const table = await openTable({ client: recorder.watch });
  const deps = { table, now: () => 1_700_000_000_000, publisher: new Connections() };
  const ann = userOf('acme');
  await openSocket(deps, ann, { connectionId: 'one=', connectedAt: deps.now(), tokenEnds: Number.MAX_SAFE_INTEGER });
  const handler = socketFunction(ping, readClock, deps, always);
  const event = messageEvent('{"action":"ping","id":"p"}', {
    connectionId: 'one=',
    authorizer: authorizerOf(ann.subject),
  });
  const { result, ...cost } = await recorder.cost(() => handler(event, withTime()));
  expect(cost).toEqual({ writes: 1, reads: 0, trips: 1 });
  expect(JSON.parse(result.body ?? '')).toEqual({ type: 'ack', id: 'p', data: { now: '2023-11-14T22:13:20.000Z' } });
});

test('a token that has ended is told so, and its socket closed', async () => {
  const { world, ann, connectionId, ask } = await scene();
  const exp = String(world.now / 1000 + 10);
  const authorizer = authorizerOf(ann.subject, { exp });
  world.now += 9_999;
  expect(await ask(hello, { authorizer })).toMatchObject({ type: 'ack' });
  world.now += 1;
  const said: string[] = [];
  world.connections.post = async (_, frame) => (said.push(frame) > 0 ? 'posted' : 'gone');
  expect(await ask(hello, { authorizer })).toBeUndefined();
  expect(JSON.parse(said[0] ?? '')).toEqual({
    type: 'error',
    id: '1',
    error: { code: 'unauthorized', message: 'Unauthenticated.', temporary: false },
  });
  expect(world.connections.closed).toEqual([connectionId]);
});

test('renewals are remembered of so many connections, and for half a minute', () => {
  const renewals = twiceAMinute(3);
  const isDue = (id: string, now: number) => renewals.isDue(id, 0, now);
  for (const [at, id] of ['a', 'b', 'c'].entries()) renewals.renewed(id, 100_000 + at);
  expect(['a', 'b', 'c', 'd'].map((id) => isDue(id, 100_003))).toEqual([false, false, false, true]);
  renewals.renewed('a', 100_004);
  renewals.renewed('d', 100_005);
  expect(['a', 'b', 'c', 'd'].map((id) => isDue(id, 100_006))).toEqual([false, true, false, false]);
  expect(isDue('c', 130_002)).toBe(true);
  expect(renewals.isDue('new', 100_000, 129_999)).toBe(false);
  expect(renewals.isDue('new', 100_000, 130_000)).toBe(true);
  expect(always.isDue(randomUUID(), 0, 0)).toBe(true);
});
