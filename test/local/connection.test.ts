import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { defaultLimits } from '../../local/limits.ts';
import { addressOf, listening } from '../../local/listening.ts';
import type { Closing } from '../../local/websocket/closing.ts';
import { openConnection } from '../../local/websocket/connection.ts';
import { request } from './requests.ts';
import { connectTo } from './socket-client.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

// Time stands still but where a test moves it; the network goes on.
const stopTime = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
afterEach(() => {
  vi.useRealTimers();
});

/** A connection with AWS's limits between a real client and server, and what its listeners have heard. */
async function connected() {
  stopTime();
  const server = createServer();
  onTestFinished(() => void server.close());
  const sockets = new WebSocketServer({ server });
  await listening(server, 0, '127.0.0.1');
  const [[socket], client] = await Promise.all([
    once(sockets, 'connection'),
    connectTo(`ws://127.0.0.1:${addressOf(server).port}`),
  ]);
  const closed = Promise.withResolvers<Closing | undefined>();
  const heard = Promise.withResolvers<string>();
  const ended = vi.fn();
  const handshake = { connectionId: 'id', connectedAt: Date.now(), request: request('GET', '/live') };
  const connection = openConnection(socket, handshake, defaultLimits, {
    message: heard.resolve,
    ended,
    closed: closed.resolve,
  });
  return { connection, client, heard: heard.promise, ended, closed: closed.promise };
}

const goingAway = { code: 1001, reason: 'Going away' };

test('a connection is closed when nothing has gone over it for ten minutes', async () => {
  const { client, ended, closed } = await connected();
  vi.advanceTimersByTime(10 * MINUTE - 1);
  expect(ended).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(ended).toHaveBeenCalledOnce();
  expect(await client.closed).toEqual(goingAway);
  expect(await closed).toEqual(goingAway);
});

test.each(['comes', 'goes'])('a message that %s gives it ten minutes more', async (way) => {
  const { connection, client, heard, ended } = await connected();
  vi.advanceTimersByTime(9 * MINUTE);
  if (way === 'comes') {
    client.socket.send('hello');
    await heard;
  } else {
    connection.send('hello');
    await client.next();
  }
  expect(connection.lastActiveAt).toBe(Date.now());
  vi.advanceTimersByTime(10 * MINUTE - 1);
  expect(ended).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(ended).toHaveBeenCalledOnce();
});

test('a connection is closed after two hours, whatever goes over it', async () => {
  const { connection, client, ended, closed } = await connected();
  for (let minutes = 5; minutes < 120; minutes += 5) {
    vi.advanceTimersByTime(5 * MINUTE);
    connection.send('hello');
  }
  vi.advanceTimersByTime(5 * MINUTE - 1);
  expect(ended).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(ended).toHaveBeenCalledOnce();
  expect(await client.closed).toEqual(goingAway);
  expect(await closed).toEqual(goingAway);
});

test('a client that does not close in its turn is cut off', async () => {
  const { connection, client, closed } = await connected();
  client.socket.pause();
  connection.close({ code: 1000, reason: 'enough' });
  vi.advanceTimersByTime(SECOND);
  expect(await closed).toEqual({ code: 1000, reason: 'enough' });
});

test('nothing goes over a connection that is being closed', async () => {
  const { connection, client, ended } = await connected();
  connection.close(goingAway);
  connection.close({ code: 1000, reason: 'again' });
  connection.send('too late');
  expect(await client.closed).toEqual(goingAway);
  expect(ended).toHaveBeenCalledOnce();
});

test('a connection lost unnoticed seems to be open until it has been idle, whatever is posted; nobody is told', async () => {
  const { connection, client, ended, closed } = await connected();
  connection.lose('unnoticed');
  expect(await client.closed).toMatchObject({ code: 1006 });
  expect(await closed).toBeUndefined();
  vi.advanceTimersByTime(10 * MINUTE - 1);
  connection.send('nobody hears');
  expect(ended).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(ended).toHaveBeenCalledOnce();
});

test('a connection lost with posts refused is no longer open; nobody is told', async () => {
  const { connection, client, ended, closed } = await connected();
  connection.lose('gone');
  expect(ended).toHaveBeenCalledOnce();
  expect(await client.closed).toMatchObject({ code: 1006 });
  expect(await closed).toBeUndefined();
});

test.each([
  ['a code and a reason', 4000, 'bye', { code: 4000, reason: 'bye' }],
  ['neither', undefined, undefined, { code: 1005, reason: 'Client-side close frame status code not set' }],
])('tells how a client closed that gave %s', async (_, code, reason, expected) => {
  const { client, closed } = await connected();
  client.socket.close(code, reason);
  expect(await closed).toEqual(expected);
});
