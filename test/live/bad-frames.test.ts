import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { ErrorFrame } from '../../core/contract/live/frame.ts';
import { actions } from '../../core/contract/socket.ts';
import { holdsToken, someone, useCloud } from '../support/cloud.ts';
import { type LiveSocket, useSockets } from '../support/live-socket.ts';

const testCloud = useCloud();
const { cloud, logs, items, call } = testCloud;
const { open, settle } = useSockets(testCloud);

const organization = randomUUID();
const secret = `secret ${randomUUID()}`;
const [ann, bob] = [someone(organization), someone(organization)];
/** The one that misbehaves, and another beside it. */
let socket: LiveSocket;
let witness: LiveSocket;
let conversationId: string;
let messageId: string;
beforeAll(async () => {
  socket = await open(ann);
  witness = await open(bob);
  const made = await socket.request('createConversation', { type: 'group', participantIds: [bob.sub] });
  conversationId = made.conversation.id;
  messageId = (await socket.request('sendMessage', { conversationId, text: secret })).message.id;
  await forget();
});

/** Waits for what is under way, and has both forget it. */
async function forget() {
  await settle(socket, witness);
  for (const { heard } of [socket, witness]) heard.length = 0;
}

/** Sends what is refused: its error, once both sockets have heard of nothing, and nothing is written. */
async function refusal(text: string, id: string | null) {
  const before = await items();
  const { error } = await socket.send(text, id);
  await settle(socket, witness);
  expect([...socket.heard, ...witness.heard]).toEqual([]);
  expect(await items()).toBe(before);
  return error;
}

const frame = (parts: object) => JSON.stringify({ action: 'sendMessage', id: 'a', data: {}, ...parts });
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('a frame', () => {
  test.each<[string, string, string | null, string, string[]?]>([
    ['that is no JSON', `{"action":"sendMessage","text":"${secret}`, null, 'malformed_json'],
    ['that is empty', '', null, 'malformed_json'],
    ['of white space', ' \n', null, 'malformed_json'],
    ['that is an array', `[{"action":"ping","id":"a"}]`, null, 'validation_failed', ['']],
    ['that is a string', `"${secret}"`, null, 'validation_failed', ['']],
    ['that is null', 'null', null, 'validation_failed', ['']],
    ['of brackets, as many as fit', nested(16_000), null, 'validation_failed', ['']],
    ['without an action', '{"id":"a","data":{}}', 'a', 'validation_failed', ['action']],
    ['of an unknown action', frame({ action: secret }), 'a', 'validation_failed', ['action']],
    ['of an action in other letters', frame({ action: 'SendMessage' }), 'a', 'validation_failed', ['action']],
    ['of $connect', frame({ action: '$connect' }), 'a', 'validation_failed', ['action']],
    ['of $disconnect', frame({ action: '$disconnect' }), 'a', 'validation_failed', ['action']],
    ['of $default', frame({ action: '$default' }), 'a', 'validation_failed', ['action']],
    ['of the action constructor', frame({ action: 'constructor' }), 'a', 'validation_failed', ['action']],
    ['of the action __proto__', frame({ action: '__proto__' }), 'a', 'validation_failed', ['action']],
    ['whose action is an array', frame({ action: ['ping'] }), 'a', 'validation_failed', ['action']],
    ['without an id', '{"action":"sendMessage"}', null, 'validation_failed', ['id']],
    ['with an empty id', frame({ id: '' }), null, 'validation_failed', ['id']],
    ['with an id of 129 characters', frame({ id: 'x'.repeat(129) }), null, 'validation_failed', ['id']],
    ['with a number for an id', frame({ id: 7 }), null, 'validation_failed', ['id']],
    ['with an object for an id', frame({ id: { id: 'a' } }), null, 'validation_failed', ['id']],
    ['with nothing right', '{"action":null,"id":null}', null, 'validation_failed', ['action', 'id']],
    [
      'whose id is there by its prototype',
      '{"action":"ping","__proto__":{"id":"a"}}',
      null,
      'validation_failed',
      ['id'],
    ],
  ])('%s is refused', async (_, text, id, code, paths) => {
    const error = await refusal(text, id);
    expect(error).toMatchObject({ code, temporary: false });
    expect(error?.details?.map(({ path }) => path)).toEqual(paths);
  });

  test('names itself by any id of up to 128 characters', async () => {
    for (const id of ['x'.repeat(128), '__proto__', 'constructor', '\u{1F600}', '\u0000', ' ', '"\\']) {
      const { error } = await socket.send(frame({ id, data: 7 }), id);
      expect(error).toMatchObject({ code: 'validation_failed' });
    }
  });

  test('whose id is half a character is answered to that half', async () => {
    expect((await socket.send('{"action":"nothing","id":"\\ud800"}', '\ud800')).error?.code).toBe('validation_failed');
  });
});

describe('data of the wrong type', () => {
  test.each(actions.map(({ name }) => [name]))('of %s is refused', async (action) => {
    for (const data of [null, [], 'text', 7, true]) {
      const error = await refusal(frame({ action, data }), 'a');
      expect(error).toMatchObject({ code: 'validation_failed', details: [{ path: 'data' }] });
    }
    const nonsense = { conversationId: 7, userId: {}, cursor: [], messageId: null, text: { toString: 1 }, limit: 'x' };
    const more = { participantIds: 'x', userIds: {}, since: 0, before: [], typing: 'yes', type: 1, role: [] };
    const error = await refusal(frame({ action, data: { ...nonsense, ...more } }), 'a');
    expect(error).toMatchObject({ code: 'validation_failed' });
    expect(error?.details?.length).toBeGreaterThan(0);
  });

  test.each(actions.map(({ name }) => [name]))('that is deep is refused by %s', async (action) => {
    const deep = `{"action":"${action}","id":"a","data":{"userId":${nested(10_000)}}}`;
    expect(await refusal(deep, 'a')).toMatchObject({ code: 'validation_failed' });
  });

  test('that is deep is ignored where nobody looks', async () => {
    const deep = `{"action":"ping","id":"a","data":{"unknown":${nested(10_000)}}}`;
    expect((await socket.send(deep, 'a', 'ping')).ack).toEqual({ now: expect.any(String) });
  });

  test.each([
    ['a lone high surrogate', '"half \\ud83d"'],
    ['a lone low surrogate', '"\\ude00 half"'],
    ['white space', '" \\u2003"'],
    ['an object that knows how to be a string', '{"toString":"x","length":1}'],
    ['more than 5,000 characters', JSON.stringify('x'.repeat(5_001))],
  ])('in a text of %s is refused', async (_, text) => {
    const send = `{"action":"sendMessage","id":"a","data":{"conversationId":"${conversationId}","text":${text}}}`;
    expect(await refusal(send, 'a')).toMatchObject({ code: 'validation_failed', details: [{ path: 'text' }] });
    const about = `"conversationId":"${conversationId}","messageId":"${messageId}"`;
    const reply = `{"action":"replyToMessage","id":"a","data":{${about},"text":${text}}}`;
    expect(await refusal(reply, 'a')).toMatchObject({ code: 'validation_failed', details: [{ path: 'text' }] });
  });

  test('grants nothing by a prototype', async () => {
    const own = `"__proto__":{"conversationId":"${conversationId}","text":"x","isService":true,"userId":"${bob.sub}"}`;
    const error = await refusal(`{"action":"sendMessage","id":"a","data":{${own}}}`, 'a');
    expect(error?.details?.map(({ path }) => path)).toEqual(['conversationId', 'text']);
    const { ack } = await socket.ask(
      'sendMessage',
      JSON.parse(`{"conversationId":"${conversationId}","text":"x",${own}}`),
    );
    expect(ack?.message.senderUserId).toBe(ann.sub);
    await forget();
    expect(Object.hasOwn(Object.prototype, 'isService')).toBe(false);
  });
});

describe('what the gateway refuses by itself', () => {
  test.each<[string, string | Buffer, number]>([
    ['33 KB', frame({ data: { conversationId: '', text: 'x'.repeat(33 * 1024) } }), 1009],
    ['129 KB', frame({ data: { text: 'x'.repeat(129 * 1024) } }), 1009],
    ['binary', Buffer.from('{"action":"ping","id":"a"}'), 1003],
  ])('%s closes that socket alone, and another of the same user goes on', async (_, data, code) => {
    const bad = await open(ann);
    await forget();
    bad.client.socket.send(data);
    expect(await bad.client.closed).toMatchObject({ code });
    await socket.request('sendMessage', { conversationId, text: 'still here' });
    await settle(socket, witness);
    // Of its going nobody hears, as the user has another.
    expect(witness.heard.map(({ event }) => event)).toEqual(['message.created']);
    expect(bad.frames.every((text) => !ErrorFrame.safeParse(JSON.parse(text)).success)).toBe(true);
  });
});

test('each of a hundred frames at once is answered exactly once', async () => {
  await forget();
  const { length: before } = socket.frames;
  const pings = Array.from({ length: 100 }, () => socket.request('ping', {}));
  await Promise.all(pings);
  const sends = Array.from({ length: 100 }, (_, at) =>
    at % 2 === 0
      ? socket.ask('sendMessage', { conversationId, text: `${secret} ${at}`, clientMessageId: `k${at}` })
      : socket.ask('getMessagesSince', { conversationId, since: messageId }),
  );
  const answers = await Promise.all(sends);
  expect(answers.filter(({ error }) => error)).toEqual([]);
  await settle(socket, witness);
  const frames = socket.frames.slice(before).map((text) => JSON.parse(text));
  // Two hundred, and that by which we have settled.
  expect(frames.filter(({ type }) => type !== 'event')).toHaveLength(201);
  expect(new Set(witness.heard.map(({ seq }) => seq)).size).toBe(50);
});

test('the other socket has gone on, the cloud answers, and what was said is not in the logs', async () => {
  await witness.request('ping', {});
  expect((await call(ann, `GET /conversations/${conversationId}`)).status).toBe(200);
  expect(cloud().connections().size).toBe(2);
  expect(logs.filter((line) => line.includes('"ERROR"'))).toEqual([]);
  const said = [secret, 'still here', 'toString', conversationId];
  expect(said.filter((each) => logs.some((line) => line.includes(each)))).toEqual([]);
  expect(logs.filter(holdsToken)).toEqual([]);
});
