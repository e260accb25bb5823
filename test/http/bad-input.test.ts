import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { conversationIn, messageIn, type Sent, someone, useCloud } from '../support/cloud.ts';
import { invalid } from '../support/shapes.ts';

const { call, cloud, attempt: attemptAs } = useCloud();

const acme = randomUUID();
const ann = someone(acme);
let id = '';
let elsewhere = '';
let cursor = '';

beforeAll(async () => {
  const body = { type: 'group', participantIds: [randomUUID()] };
  id = conversationIn(await call(ann, 'POST /conversations', { body })).id;
  const other = conversationIn(await call(ann, 'POST /conversations', { body })).id;
  for (const text of ['one', 'two']) await call(ann, `POST /conversations/${id}/messages`, { body: { text } });
  elsewhere = messageIn(await call(ann, `POST /conversations/${other}/messages`, { body: { text: 'x' } })).id;
  const { headers } = await call(ann, `GET /conversations/${id}/messages?limit=1`);
  cursor = new URL(/<(.*)>/.exec(headers.get('link') ?? '')?.[1] ?? '', cloud().url).searchParams.get('cursor') ?? '';
  await call(ann, `POST /conversations/${id}/messages`, {
    body: { text: 'kept' },
    headers: { 'idempotency-key': 'used' },
  });
});

const attempt = (route: `${string} /${string}`, sent?: Sent) => attemptAs(ann, route, sent);

const uuids = (count: number) => Array.from({ length: count }, () => randomUUID());
const twice = randomUUID();

describe('a create', () => {
  const group = { type: 'group', participantIds: uuids(2) };
  test.each<[string, unknown, string[]]>([
    ['without anything', {}, ['type', 'participantIds']],
    ['without a body', undefined, ['']],
    ['that is an array', [group], ['']],
    ['that is a string', '"group"', ['']],
    ['that is null', 'null', ['']],
    ['of a kind that is not its type', { ...group, kind: 'direct' }, ['kind']],
    ['of an unknown kind', { ...group, kind: 'channel' }, ['kind']],
    ['of a reply, which hangs on a message', { ...group, type: undefined, kind: 'reply' }, ['kind']],
    ['with everything wrong', { name: 7, participantIds: [] }, ['name', 'type', 'participantIds']],
    ['of a kind alone, without participants', { kind: 'direct' }, ['participantIds']],
    ['of a kind alone, with no participants', { kind: 'group', participantIds: [] }, ['participantIds']],
    ['of a global one that is direct', { type: 'direct', kind: 'global' }, ['kind']],
    ['with null for participants', { ...group, participantIds: null }, ['participantIds']],
    ['of an unknown type', { ...group, type: 'channel' }, ['type']],
    ['without participants', { ...group, participantIds: [] }, ['participantIds']],
    ['with 1,001 participants', { ...group, participantIds: uuids(1_001) }, ['participantIds']],
    ['naming one twice', { ...group, participantIds: [twice, twice] }, ['participantIds']],
    [
      'naming one twice in other letters',
      { ...group, participantIds: [twice, twice.toUpperCase()] },
      ['participantIds'],
    ],
    [
      'naming what is no user',
      { ...group, participantIds: [twice, 'bob', 7] },
      ['participantIds.1', 'participantIds.2'],
    ],
    ['whose participants are an object', { ...group, participantIds: { 0: twice } }, ['participantIds']],
    ['with an empty name', { ...group, name: '' }, ['name']],
    ['with a blank name', { ...group, name: ' \t\u00a0\n' }, ['name']],
    ['with a name of 256 characters', { ...group, name: 'x'.repeat(256) }, ['name']],
    ['with half a link', { ...group, link: { type: 'order' } }, ['link.id']],
    ['with an invisible link', { ...group, link: { type: 'order', id: 'a\u0000b' } }, ['link.id']],
    ['of a direct one with itself', { type: 'direct', participantIds: [ann.sub] }, ['participantIds']],
    ['of a direct one of three', { type: 'direct', participantIds: uuids(2) }, ['participantIds']],
  ])('%s is refused', async (_, body, paths) => {
    expect(await attempt('POST /conversations', { body })).toMatchObject(invalid(...paths));
  });

  test('may be as large as the contract allows', async () => {
    const body = { type: 'group', name: '\u{1F600}'.repeat(255), participantIds: uuids(1_000) };
    const { status, body: made } = await call(ann, 'POST /conversations', { body });
    expect(status).toBe(201);
    expect(made).toMatchObject({ name: body.name, participantCount: 1_001, participants: [{ userId: ann.sub }] });
  });
});

describe('a send', () => {
  const send = (sent?: Sent) => attempt(`POST /conversations/${id}/messages`, sent);

  test.each<[string, unknown, string[]]>([
    ['without a text', {}, ['text']],
    ['of a number', { text: 7 }, ['text']],
    ['of null', { text: null }, ['text']],
    ['of nothing', { text: '' }, ['text']],
    ['of white space', { text: ' \r\n\t\u0085\u2003\u3000\ufeff' }, ['text']],
    ['of 5,001 characters', { text: 'x'.repeat(5_001) }, ['text']],
    ['of 5,001 astral characters', { text: '\u{1F600}'.repeat(5_001) }, ['text']],
    ['of a lone high surrogate', '{"text":"half \\ud83d"}', ['text']],
    ['of a lone low surrogate', '{"text":"\\ude00 half"}', ['text']],
    ['replying to what is no id', { text: 'x', replyToMessageId: 'first' }, ['replyToMessageId']],
    ['replying to nothing', { text: 'x', replyToMessageId: randomUUID() }, ['replyToMessageId']],
    ['with an empty clientMessageId', { text: 'x', clientMessageId: '' }, ['clientMessageId']],
    ['with a clientMessageId of 256 characters', { text: 'x', clientMessageId: 'k'.repeat(256) }, ['clientMessageId']],
    ['by what is no user', { text: 'x', senderUserId: 'me' }, ['senderUserId']],
  ])('%s is refused', async (_, body, paths) => {
    expect(await send({ body })).toMatchObject(invalid(...paths));
  });

  test('replying to a message of another conversation is refused', async () => {
    expect(await send({ body: { text: 'x', replyToMessageId: elsewhere } })).toMatchObject(invalid('replyToMessageId'));
  });

  test('by somebody else is refused', async () => {
    const answer = await send({ body: { text: 'x', senderUserId: randomUUID() } });
    expect(answer).toMatchObject({ status: 403, body: { error: 'forbidden' }, written: 0 });
  });

  test('under a key used for something else is refused', async () => {
    const answer = await send({ body: { text: 'changed' }, headers: { 'idempotency-key': 'used' } });
    expect(answer).toMatchObject({ status: 409, body: { error: 'conflict' }, written: 0 });
    expect(await send({ body: { text: 'x' }, headers: { 'idempotency-key': 'k'.repeat(256) } })).toMatchObject(
      invalid('idempotency-key'),
    );
  });

  test.each([
    ['text alone', 'hello'],
    ['JSON that ends early', '{"text":"hel'],
    ['two values', '{"text":"a"}{"text":"b"}'],
    ['a comment', '{"text":"a"} // b'],
  ])('of %s is no JSON', async (_, body) => {
    expect(await send({ body })).toMatchObject({
      status: 400,
      body: { error: 'malformed_json', requestId: expect.any(String) },
      written: 0,
    });
  });

  test('of 300 KB is too large, whatever is in it', async () => {
    for (const body of [
      { text: 'x'.repeat(300 * 1024) },
      { text: 'x', padding: 'x'.repeat(300 * 1024) },
      '['.repeat(300 * 1024),
    ]) {
      expect(await send({ body })).toMatchObject({ status: 413, body: { error: 'payload_too_large' }, written: 0 });
    }
  });

  test('may hold what is unusual, and keeps it exactly', async () => {
    for (const text of ['x', '\u{1F600}'.repeat(5_000), 'e\u0301 \u202e \u0000 <b>', '__proto__', '\ufeffx', '"\\']) {
      const answer = await call(ann, `POST /conversations/${id}/messages`, { body: { text } });
      expect(answer).toMatchObject({ status: 201, body: { text } });
    }
  });

  test('with fields nobody knows, or keys of prototypes, is read without them', async () => {
    const body =
      '{"text":"plain","__proto__":{"text":"evil","isService":true},"constructor":{"prototype":{"a":1}},"seq":99}';
    const answer = await call(ann, `POST /conversations/${id}/messages`, { body });
    expect(answer).toMatchObject({ status: 201, body: { text: 'plain', senderUserId: ann.sub } });
    expect(messageIn(answer).seq).not.toBe(99);
    expect(Object.getPrototypeOf(answer.body)).toBe(Object.prototype);
    const only = await attempt(`POST /conversations/${id}/messages`, { body: '{"__proto__":{"text":"inherited"}}' });
    expect(only).toMatchObject(invalid('text'));
  });
});

describe('what changes a conversation', () => {
  const name = 'x'.repeat(300);
  const userId = randomUUID();
  test.each<[string, `${string} /${string}`, unknown, string[]]>([
    ['an add of nobody', 'POST /participants', {}, ['userId']],
    ['an add of what is no user', 'POST /participants', { userId: 'bob' }, ['userId']],
    ['an add in an unknown role', 'POST /participants', { userId, role: 'owner' }, ['role']],
    ['an add in a role that is a number', 'POST /participants', { userId, role: 1 }, ['role']],
    ['a role of what is no user', 'PATCH /participants/bob', { role: 'admin' }, ['userId']],
    ['no role', `PATCH /participants/${userId}`, {}, ['role']],
    ['a role of null', `PATCH /participants/${userId}`, { role: null }, ['role']],
    ['an unknown role', `PATCH /participants/${userId}`, { role: 'ADMIN' }, ['role']],
    ['a removal of what is no user', 'DELETE /participants/bob', undefined, ['userId']],
    ['a removal of an encoded slash', 'DELETE /participants/%2F', undefined, ['userId']],
    ['a change of nothing', 'PATCH /', {}, ['']],
    ['a change of what cannot be changed', 'PATCH /', { type: 'direct', ownerId: userId }, ['']],
    ['a name of 300 characters', 'PATCH /', { name }, ['name']],
    ['a blank name', 'PATCH /', { name: ' ' }, ['name']],
    ['a name that is a number', 'PATCH /', { name: 7 }, ['name']],
    ['an unknown status', 'PATCH /', { status: 'removed' }, ['status']],
    ['a status of null', 'PATCH /', { status: null }, ['status']],
    ['a read of nothing', 'POST /read', {}, ['lastReadMessageId']],
    ['a read of null', 'POST /read', { lastReadMessageId: null }, ['lastReadMessageId']],
    ['a read of what is no id', 'POST /read', { lastReadMessageId: 'last' }, ['lastReadMessageId']],
    ['a read of a message that is not there', 'POST /read', { lastReadMessageId: userId }, ['lastReadMessageId']],
    ['a read by what is no user', 'POST /read', { lastReadMessageId: userId, userId: 'me' }, ['userId']],
    ['an unread count of what is no user', 'GET /unread-count?userId=me', undefined, ['userId']],
    ['participants past the bounds', 'GET /participants?limit=101&cursor=x', undefined, ['limit']],
    ['participants past a cursor of another list', 'GET /participants?cursor=x', undefined, ['cursor']],
  ])('%s is refused', async (_, route, body, paths) => {
    const [method, rest] = route.split(' ');
    const path = `/conversations/${id}${rest === '/' ? '' : rest}` as const;
    expect(await attempt(`${method} ${path}`, body === undefined ? {} : { body })).toMatchObject(invalid(...paths));
  });

  test('a read position in another conversation is refused', async () => {
    const body = { lastReadMessageId: elsewhere };
    expect(await attempt(`POST /conversations/${id}/read`, { body })).toMatchObject(invalid('lastReadMessageId'));
  });

  test('a body that names another acting user than the query is refused', async () => {
    const body = { userId, lastReadMessageId: elsewhere };
    const answer = await attempt(`POST /conversations/${id}/read?userId=${ann.sub}`, { body });
    expect(answer).toMatchObject(invalid('userId'));
  });
});

describe('an edit', () => {
  test.each<[string, unknown, string[]]>([
    ['without a body', undefined, ['']],
    ['without a text', {}, ['text']],
    ['of a number', { text: 7 }, ['text']],
    ['of null', { text: null }, ['text']],
    ['of white space', { text: ' \n\u3000' }, ['text']],
    ['of 5,001 characters', { text: 'x'.repeat(5_001) }, ['text']],
    ['of half a character', '{"text":"half \\ud83d"}', ['text']],
  ])('%s is refused', async (_, body, paths) => {
    expect(await attempt(`PATCH /messages/${elsewhere}`, { body })).toMatchObject(invalid(...paths));
    expect((await call(ann, `GET /messages/${elsewhere}`)).body).toMatchObject({ text: 'x', revision: 1 });
  });

  test('may be as long as a message, and of nothing but its text', async () => {
    const text = '\u{1F600}'.repeat(5_000);
    const { id: message } = messageIn(await call(ann, `POST /conversations/${id}/messages`, { body: { text: 'x' } }));
    const body = { text, deletedAt: 'now', senderUserId: randomUUID(), __proto__: { seq: 99 } };
    const answer = await call(ann, `PATCH /messages/${message}`, { body });
    expect(answer).toMatchObject({ status: 200, body: { text, deletedAt: null, senderUserId: ann.sub } });
  });
});

describe('an emoji', () => {
  test.each<[string, unknown]>([
    ['missing', {}],
    ['a number', { emoji: 7 }],
    ['null', { emoji: null }],
    ['a list', { emoji: ['+1'] }],
    ['empty', { emoji: '' }],
    ['blank', { emoji: ' \u2003' }],
    ['with outer white space', { emoji: ' +1' }],
    ['a dot, which no path can name', { emoji: '.' }],
    ['two dots, which no path can name', { emoji: '..' }],
    ['with a control character', { emoji: 'a\u0007b' }],
    ['of 65 bytes', { emoji: 'x'.repeat(65) }],
    ['of 65 bytes that are fewer characters', { emoji: `${'\u{1F600}'.repeat(16)}x` }],
    ['of half a character', '{"emoji":"\\ud83d"}'],
  ])('that is %s is refused', async (_, body) => {
    expect(await attempt(`POST /messages/${elsewhere}/reactions`, { body })).toMatchObject(invalid('emoji'));
    expect((await call(ann, `GET /messages/${elsewhere}`)).body).toMatchObject({ reactions: [], revision: 1 });
  });

  test.each(['%20', '%07', `${'x'.repeat(65)}`, '%F0%9F%98%80'.repeat(17), '+1%0A'])(
    'that is %s in a path is refused',
    async (emoji) => {
      expect(await attempt(`DELETE /messages/${elsewhere}/reactions/${emoji}`)).toMatchObject(invalid('emoji'));
    },
  );

  test('may have 64 bytes, and in a path be what decodes to nothing', async () => {
    const emoji = '\u{1F600}'.repeat(16);
    const { id: message } = messageIn(await call(ann, `POST /conversations/${id}/messages`, { body: { text: 'x' } }));
    const reactions = `/messages/${message}/reactions` as const;
    expect(await call(ann, `POST ${reactions}`, { body: { emoji } })).toMatchObject({ status: 201, body: { emoji } });
    expect((await call(ann, `DELETE ${reactions}/${encodeURIComponent(emoji)}`)).status).toBe(200);
    for (const malformed of ['%zz', '%', '%F0%9F']) {
      const answer = await attempt(`DELETE ${reactions}/${malformed}`);
      expect(answer).toMatchObject({ status: 404, body: { message: 'Reaction not found' }, written: 0 });
    }
  });
});

test('a body that a route has no use for must be JSON, and small, too', async () => {
  const routes = [`POST /conversations/${id}/leave`, `POST /messages/${elsewhere}/bookmarks`] as const;
  for (const route of routes) {
    const broken = await attempt(route, { body: '{bad' });
    expect(broken).toMatchObject({ status: 400, body: { error: 'malformed_json' }, written: 0 });
    const large = await attempt(route, { body: { padding: 'x'.repeat(300 * 1024) } });
    expect(large).toMatchObject({ status: 413, body: { error: 'payload_too_large' }, written: 0 });
  }
});

describe('an id in a path', () => {
  test.each(['1', 'me', '%00', '..%2f', '%zz', '%', `${randomUUID()}x`, `%7B${randomUUID()}%7D`])(
    'that is %s is refused',
    async (malformed) => {
      for (const route of [
        `GET /conversations/${malformed}`,
        `GET /conversations/${malformed}/messages`,
        `GET /messages/${malformed}`,
        `DELETE /messages/${malformed}`,
        `GET /messages/${malformed}/reactions`,
        `DELETE /messages/${malformed}/reactions/x`,
        `POST /messages/${malformed}/bookmarks`,
      ] as const) {
        expect(await attempt(route)).toMatchObject(invalid('id'));
      }
    },
  );

  test.each([
    '550e8400-e29b-41d4-a716-446655440000',
    'bb0e8400-e29b-41d4-a716-446655440000',
    '6b420a39-0b23-3a95-6a0b-3ca5900b4c05',
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  ])('that is %s is well-formed', async (wellFormed) => {
    expect((await call(ann, `GET /conversations/${wellFormed}`)).body).toMatchObject({
      error: 'not_found',
      message: 'Conversation not found',
    });
    const body = { type: 'direct', participantIds: [wellFormed] };
    const { participants } = conversationIn(await call(ann, 'POST /conversations', { body }));
    expect(participants[1]?.userId).toBe(wellFormed.toLowerCase());
  });

  test('may be percent-encoded', async () => {
    expect((await call(ann, `GET /conversations/${id.replaceAll('-', '%2D')}`)).status).toBe(200);
  });
});

describe('a list', () => {
  test.each(['0', '101', 'abc', '-1', '1.5', '1e1', '', ' 5', '99999999999999999999'])(
    'of limit %j is refused',
    async (limit) => {
      for (const list of ['/conversations', `/conversations/${id}/messages`, '/bookmarks'] as const) {
        expect(await attempt(`GET ${list}?${new URLSearchParams({ limit })}`)).toMatchObject(invalid('limit'));
      }
    },
  );

  test('takes limits 1 and 100', async () => {
    expect((await call(ann, `GET /conversations/${id}/messages?limit=1`)).body).toHaveLength(1);
    expect((await call(ann, `GET /conversations/${id}/messages?limit=100`)).status).toBe(200);
  });

  test('takes no cursor of another list, or an edited one', async () => {
    const queries: Record<string, string>[] = [
      { cursor: `${cursor}A` },
      { cursor: cursor.slice(0, -1) },
      { cursor: 'x'.repeat(3_000) },
      { cursor: '' },
      { cursor, before: new Date().toISOString() },
    ];
    for (const query of queries) {
      const refused = await attempt(`GET /conversations/${id}/messages?${new URLSearchParams(query)}`);
      expect(refused).toMatchObject(invalid('cursor'));
    }
    expect(await attempt(`GET /conversations?${new URLSearchParams({ cursor })}`)).toMatchObject(invalid('cursor'));
    expect((await call(ann, `GET /conversations/${id}/messages?${new URLSearchParams({ cursor })}`)).status).toBe(200);
  });

  test.each([
    ['before', 'yesterday'],
    ['after', '2024-13-01T00:00:00Z'],
    ['after', '2024-01-01T00:00:00'],
    ['after', '2024-01-01'],
    ['before', '1700000000000'],
  ])('takes no %s=%s', async (name, value) => {
    const query = new URLSearchParams({ [name]: value });
    expect(await attempt(`GET /conversations/${id}/messages?${query}`)).toMatchObject(invalid(name));
  });

  test.each(['2024-01-01T00:00Z', '2024-01-01T00:00:00Z', '2024-01-01T01:00:00.123456+01:00'])(
    'takes after=%s',
    async (after) => {
      const query = new URLSearchParams({ after });
      expect((await call(ann, `GET /conversations/${id}/messages?${query}`)).status).toBe(200);
    },
  );

  test('takes `before` or `after`, not both, and no message of another conversation', async () => {
    const now = encodeURIComponent(new Date().toISOString());
    const list = `GET /conversations/${id}/messages` as const;
    expect(await attempt(`${list}?before=${now}&after=${now}`)).toMatchObject(invalid('after'));
    expect(await attempt(`${list}?before=${elsewhere}`)).toMatchObject(invalid('before'));
  });

  test('of somebody else is refused', async () => {
    expect(await attempt(`GET /conversations?userId=${randomUUID()}`)).toMatchObject({ status: 403, written: 0 });
    expect(await attempt('GET /conversations?userId=me')).toMatchObject(invalid('userId'));
  });
});

test('several faults are told at once', async () => {
  const answer = await attempt('POST /conversations/nope/messages?userId=me', { body: { text: '' } });
  expect(answer).toMatchObject(invalid('id', 'userId', 'text'));
});

test.each([
  'GET /',
  'GET /nowhere',
  'DELETE /conversations',
  'PUT /health',
  'GET /conversations/',
  'GET /Conversations',
  `POST /conversations/${randomUUID()}`,
  'GET //conversations',
] as const)('%s does not exist', async (route) => {
  const answer = await attempt(route);
  expect(answer).toMatchObject({
    status: 404,
    written: 0,
    body: {
      error: 'not_found',
      message: expect.any(String),
      detail: expect.any(String),
      requestId: expect.any(String),
    },
  });
});
