import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { addReaction } from '../../core/dialects/v1/add-reaction.ts';
import { countDevices } from '../../core/dialects/v1/count-devices.ts';
import { createConversation } from '../../core/dialects/v1/create-conversation.ts';
import { listConversations } from '../../core/dialects/v1/list-conversations.ts';
import { listMessages } from '../../core/dialects/v1/list-messages.ts';
import { markRead } from '../../core/dialects/v1/mark-read.ts';
import { sendMessage } from '../../core/dialects/v1/send-message.ts';
import { Failure } from '../../core/domain/errors.ts';
import { type Exchange, native, people, publicKey, service, v1, v2 } from '../fixtures/examples.ts';
import { useCloud } from '../support/cloud.ts';
import { registerPlatform } from '../support/probe.ts';
import { isoTime, uuid } from '../support/shapes.ts';

const cloud = useCloud();
const { call } = cloud;

const users = new Set(people.map(({ sub }) => sub));
const given = /^(bb0e8400-e29b-41d4-a716-446655440000|660e8400-e29b-41d4-a716-446655440001)$/;
const microTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}000Z$/);
const positive = expect.toSatisfy(
  (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0,
  'to be a positive integer below 2^53',
);
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

beforeAll(async () => {
  await registerPlatform(cloud, service, publicKey, 'Shop');
  // Whoever has called is known.
  for (const person of people) await call(person, 'GET /users');
});

/** What an answer is to be like, field for field. */
function like(printed: unknown, kept: ReadonlyMap<string, string>, name = ''): unknown {
  if (printed instanceof RegExp) return expect.stringMatching(printed);
  if (Array.isArray(printed)) return printed.map((item) => like(item, kept));
  if (isObject(printed)) {
    return Object.fromEntries(Object.entries(printed).map(([field, value]) => [field, like(value, kept, field)]));
  }
  if (typeof printed === 'number') return /^(conversation|user)_id$/.test(name) ? positive : printed;
  if (typeof printed !== 'string') return printed;
  const placeholder = /^\{(\w+)\}$/.exec(printed)?.[1];
  if (placeholder !== undefined) return kept.get(placeholder) ?? uuid;
  if (/T.*\.\d{6}Z$/.test(printed)) return microTime;
  if (/T.*\.\d{3}Z$/.test(printed)) return isoTime;
  const isId = z.guid().safeParse(printed).success;
  return isId && !users.has(printed) && !given.test(printed) ? uuid : printed;
}

/** What is at a place within an answer. */
const at = (value: unknown, [field, ...rest]: readonly string[]): unknown =>
  field === undefined ? value : at(z.record(z.string(), z.unknown()).parse(value)[field], rest);

/** A text with the ids that were kept. */
const filled = (text: string, kept: ReadonlyMap<string, string>) =>
  text.replace(/\{(\w+)\}/g, (placeholder, name: string) => kept.get(name) ?? placeholder);

const hasForm = (route: string): route is `${string} /${string}` => /^[A-Z]+ \//.test(route);

test.each<[string, readonly Exchange[]]>([
  ['native', native],
  ['v2', v2],
  ['v1', v1],
])('the examples of %s are answered as they are printed', async (_, exchanges) => {
  const kept = new Map<string, string>();
  for (const { title, by, request, body, status, answer, keeps } of exchanges) {
    const route = filled(request, kept);
    if (!hasForm(route)) throw new Error(`${route} is no route`);
    const sent = body === undefined ? {} : { body: filled(JSON.stringify(body), kept) };
    const got = await call(by, route, { ...sent, headers: { 'x-public-key': publicKey } });
    if (keeps) kept.set(keeps[0], z.string().parse(at(got.body, keeps.slice(1))));
    expect.soft({ status: got.status, body: got.body }, title).toEqual({ status, body: like(answer, kept) });
  }
});

test('the numbers of v1 tell conversations and users apart, and stay the same', async () => {
  const Pivots = z.object({
    data: z.object({
      participants: z.array(
        z.object({ uuid: z.string(), pivot: z.object({ conversation_id: z.int(), user_id: z.int() }) }),
      ),
    }),
  });
  const [john, mary] = people.slice(-2);
  if (!john || !mary) throw new Error('the examples have no two of a platform');
  const headers = { 'x-public-key': publicKey };
  const pivots = async (taggable_id: number) => {
    const body = { participant_uuid: mary.sub, taggable_type: 'number', taggable_id };
    const { body: answer } = await call(john, 'POST /api/v1/chat/conversations', { body, headers });
    return Pivots.parse(answer).data.participants.map(({ pivot }) => pivot);
  };
  const [first, again, second] = [await pivots(1), await pivots(1), await pivots(2)];
  expect(again).toEqual(first);
  expect(first.map(({ user_id }) => user_id)).toEqual(second.map(({ user_id }) => user_id));
  expect(new Set(first.map(({ user_id }) => user_id)).size).toBe(2);
  const [ofFirst, ofSecond] = [first, second].map((both) => new Set(both.map((one) => one.conversation_id)));
  expect([ofFirst?.size, ofSecond?.size]).toEqual([1, 1]);
  expect(ofFirst).not.toEqual(ofSecond);
});

test('whoever names no platform is answered as one without a token', async () => {
  for (const by of [people[0], undefined]) {
    const { status, body } = await call(by, 'GET /api/v1/chat/conversations');
    expect({ status, body }).toMatchObject({ status: 401, body: { message: 'Unauthenticated.' } });
  }
});

test.each([
  ['create conversation', createConversation],
  ['list conversations', listConversations],
  ['list messages', listMessages],
  ['send message', sendMessage],
  ['mark message as read', markRead],
  ['add reaction', addReaction],
  ['get device statistics', countDevices],
])('v1 says that it failed to %s, and nothing of why', (action, { encodeFailure }) => {
  const failure = new Failure('internal_error', 'Connection to table-7 lost', { cause: new Error('ECONNRESET') });
  expect(encodeFailure(failure, 'request')).toEqual({
    status: 500,
    body: { success: false, message: `Failed to ${action}`, error: 'Internal server error' },
  });
});
