import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { type Live, LiveError, type LiveOptions, openLive } from '../../client/live/live.ts';

let server: WebSocketServer;
let sockets: AsyncIterator<[ServerSocket, { headers: Record<string, string> }]>;
let lives: Live[];
/** What each socket says, from its beginning. */
const frames = new Map<ServerSocket, AsyncIterator<unknown[]>>();
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'parley.v1' });
  await once(server, 'listening');
  server.on('connection', (socket) => frames.set(socket, EventEmitter.on(socket, 'message')));
  sockets = EventEmitter.on(server, 'connection') as typeof sockets;
  lives = [];
});
afterEach(() => {
  for (const live of lives) live.close();
  for (const socket of server.clients) socket.terminate();
  server.close();
});

const port = (): number => {
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
};

const open = (options: Partial<LiveOptions> = {}): Live => {
  const url = `ws://127.0.0.1:${port()}`;
  const live = openLive({ url, token: () => 'a-token', pauseMs: () => 1, ...options });
  lives.push(live);
  return live;
};

const nextSocket = async () => (await sockets.next()).value;
const say = (socket: ServerSocket, frame: object) => socket.send(JSON.stringify(frame));
const welcome = { type: 'event', event: 'session.welcome', at: '', data: {} };

/** The next socket, welcomed. */
async function welcomed(live: Live): Promise<ServerSocket> {
  const [socket] = await nextSocket();
  const opened = new Promise<void>((resolve) => live.on({ state: (state) => state === 'open' && resolve() }));
  say(socket, welcome);
  await opened;
  return socket;
}

const heard = async (socket: ServerSocket): Promise<{ action: string; id: string; data: unknown }> =>
  JSON.parse(String((await frames.get(socket)?.next())?.value[0]));

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

test('the token goes along as a subprotocol; open is who was welcomed', async () => {
  const live = open();
  const [socket, { headers }] = await nextSocket();
  expect(headers['sec-websocket-protocol']).toMatch(/^parley\.v1, ?bearer\.a-token$/);
  expect(live.state).toBe('connecting');
  const opened = new Promise<void>((resolve) => live.on({ state: () => resolve() }));
  say(socket, welcome);
  await opened;
  expect(live.state).toBe('open');
});

test('what comes before the welcome is told after it', async () => {
  const live = open();
  const [socket] = await nextSocket();
  const events: string[] = [];
  const heardAll = new Promise<void>((resolve) => {
    live.on({
      event: ({ event }) => {
        events.push(event);
        if (events.length === 3) resolve();
      },
    });
  });
  say(socket, { type: 'event', event: 'user.connected', at: '', data: { users: [] } });
  say(socket, welcome);
  say(socket, { type: 'event', event: 'typing', at: '', data: {} });
  await heardAll;
  expect(events).toEqual(['session.welcome', 'user.connected', 'typing']);
});

test('answers find their actions by id, in whatever order; an error says whether to try again', async () => {
  const live = open();
  const socket = await welcomed(live);
  const asked = [live.request('ping', {}), live.request('getActiveUsers', {}), live.request('listConversations', {})];
  const said = [await heard(socket), await heard(socket), await heard(socket)];
  const error = { code: 'not_found', message: 'none', temporary: false };
  say(socket, { type: 'error', id: said[2]?.id, error });
  say(socket, { type: 'ack', id: said[1]?.id, data: { users: [] } });
  say(socket, { type: 'ack', id: said[0]?.id, data: { now: '' } });
  expect(await asked[0]).toEqual({ now: '' });
  expect(await asked[1]).toEqual({ users: [] });
  expect(await rejection(asked[2] as Promise<unknown>)).toMatchObject(error);
});

test('what was not answered when a socket ends is temporary; who insists asks again on the next', async () => {
  const live = open();
  const first = await welcomed(live);
  const asked = rejection(live.request('ping', {}));
  const insisted = live.insist('getActiveUsers', {});
  await heard(first);
  first.terminate();
  expect(await asked).toBeInstanceOf(LiveError);
  expect(await asked).toMatchObject({ code: 'unavailable', temporary: true });

  const second = await welcomed(live);
  const { id, action } = await heard(second);
  expect(action).toBe('getActiveUsers');
  say(second, { type: 'ack', id, data: { users: [] } });
  expect(await insisted).toEqual({ users: [] });
});

test('who insists asks again after a temporary error, and not after another', async () => {
  const live = open();
  const socket = await welcomed(live);
  const insisted = rejection(live.insist('getActiveUsers', {}));
  const first = await heard(socket);
  say(socket, { type: 'error', id: first.id, error: { code: 'unavailable', message: '', temporary: true } });
  const second = await heard(socket);
  expect(second.id).not.toBe(first.id);
  say(socket, { type: 'error', id: second.id, error: { code: 'forbidden', message: '', temporary: false } });
  expect(await insisted).toMatchObject({ code: 'forbidden' });
});

test('the gateway’s own word counts as a temporary error of all that is not answered', async () => {
  const live = open();
  const socket = await welcomed(live);
  const asked = rejection(live.request('ping', {}));
  await heard(socket);
  say(socket, { message: 'Internal server error', connectionId: 'c', requestId: 'r' });
  expect(await asked).toMatchObject({ temporary: true });
  expect(live.state).toBe('open');
});

test('a socket without a welcome, and one that answers no ping, is given up for another', async () => {
  const live = open({ answerMs: 30, pingMs: 1 });
  const [unwelcome] = await nextSocket();
  await once(unwelcome, 'close');
  const silent = await welcomed(live);
  expect((await heard(silent)).action).toBe('ping');
  await once(silent, 'close');
  await welcomed(live);
});

test('no token for now is a reason to try again', async () => {
  let asked = 0;
  open({
    token: () => {
      asked += 1;
      if (asked === 1) throw new Error('no issuer');
      return 'second';
    },
  });
  const [, { headers }] = await nextSocket();
  expect(headers['sec-websocket-protocol']).toMatch(/, ?bearer\.second$/);
});

test('what is closed asks for nothing more', async () => {
  const live = open();
  const socket = await welcomed(live);
  const asked = rejection(live.request('ping', {}));
  await heard(socket);
  live.close();
  expect(await asked).toMatchObject({ temporary: true });
  await once(socket, 'close');
  expect(live.state).toBe('closed');
  expect(await rejection(live.insist('ping', {}))).toMatchObject({ temporary: true });
  expect(server.clients.size).toBe(0);
});
