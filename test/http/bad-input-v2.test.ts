import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { Conversation } from '../../core/contract/v2/conversation.ts';
import { Message } from '../../core/contract/v2/message.ts';
import { conversationIn, type Sent, someone, useCloud } from '../support/cloud.ts';
import { detail, details, type Fault, told } from '../support/refusals.ts';

const { call, attempt: attemptAs } = useCloud();

const acme = randomUUID();
const [ann, bob] = [someone(acme), someone(acme)];
const service = { sub: 'backend', org_id: acme, roles: ['SERVICE'] };
const list = '/api/v2/conversations';

let id = '';
let path: `${typeof list}/${string}` = `${list}/`;
let foreign = '';
beforeAll(async () => {
  const body = { subject: 'Lunch', participant_user_ids: [bob.sub] };
  id = Conversation.parse((await call(ann, `POST ${list}`, { body })).body).id;
  path = `${list}/${id}`;
  await call(ann, `POST ${path}/messages`, { body: { body: 'kept' }, headers: { 'idempotency-key': 'used' } });
  foreign = Conversation.parse((await call(someone(randomUUID()), `POST ${list}`, { body })).body).id;
});

const attempt = async (route: `${string} /${string}`, sent?: Sent) => told(await attemptAs(ann, route, sent));

const uuids = (count: number) => Array.from({ length: count }, () => randomUUID());
const twice = randomUUID();

/** What FastAPI says of values, by what is wrong with them. */
const required = ['Field required', 'missing'] as const;
const noObject = [
  'Input should be a valid dictionary or object to extract fields from',
  'model_attributes_type',
] as const;
const noString = ['Input should be a valid string', 'string_type'] as const;
const tooShort = ['String should have at least 1 character', 'string_too_short'] as const;
const noUnicode = [
  'Input should be a valid string, unable to parse raw data as a unicode string',
  'string_unicode',
] as const;
const noUuid = [expect.stringMatching(/^Input should be a valid UUID/), 'uuid_parsing'] as const;
const noUuidAtAll = ['UUID input should be a string, bytes or UUID object', 'uuid_type'] as const;
const noList = ['Input should be a valid list', 'list_type'] as const;
const unsuitable = [expect.stringMatching(/^Value error, ./), 'value_error'] as const;
const noStatus = ["Input should be 'active' or 'archived'", 'enum'] as const;
const tooLong = (most: number) => [`String should have at most ${most} characters`, 'string_too_long'] as const;
const tooMany = (most: number) =>
  [expect.stringMatching(new RegExp(`^List should have at most ${most} items`)), 'too_long'] as const;
const noInteger = ['Input should be a valid integer, unable to parse string as an integer', 'int_parsing'] as const;
const tooLow = ['Input should be greater than or equal to 1', 'greater_than_equal'] as const;
const tooHigh = (most: number) => [`Input should be less than or equal to ${most}`, 'less_than_equal'] as const;

/** What is wrong with a field of a body; with the whole of it without a field. */
const inBody = (what: readonly [unknown, string], ...field: (string | number)[]): Fault => [
  ['body', ...field],
  ...what,
];
const inQuery = (what: readonly [unknown, string], name: string): Fault => [['query', name], ...what];

describe('a create', () => {
  const group = { subject: 'Lunch', participant_user_ids: uuids(2) };
  const entity = { entity_type: 'order', entity_id: randomUUID() };

  test.each<[string, unknown, Fault[]]>([
    ['without a body', undefined, [inBody(required)]],
    ['that is an array', [group], [inBody(noObject)]],
    ['that is a string', '"group"', [inBody(noObject)]],
    ['that is a number', '7', [inBody(noObject)]],
    ['that is null', 'null', [inBody(noObject)]],
    ['whose organization is a number', { ...group, organization_id: 7 }, [inBody(noUuidAtAll, 'organization_id')]],
    ['whose organization is a list', { ...group, organization_id: [acme] }, [inBody(noUuidAtAll, 'organization_id')]],
    ['whose organization is no UUID', { ...group, organization_id: 'acme' }, [inBody(noUuid, 'organization_id')]],
    ['whose organization is empty', { ...group, organization_id: '' }, [inBody(noUuid, 'organization_id')]],
    ['whose subject is a number', { ...group, subject: 7 }, [inBody(noString, 'subject')]],
    ['whose subject is an object', { ...group, subject: { text: 'x' } }, [inBody(noString, 'subject')]],
    ['whose subject is empty', { ...group, subject: '' }, [inBody(tooShort, 'subject')]],
    ['whose subject is blank', { ...group, subject: ' \t\u00a0\n\u3000' }, [inBody(tooShort, 'subject')]],
    ['whose subject has 256 characters', { ...group, subject: 'x'.repeat(256) }, [inBody(tooLong(255), 'subject')]],
    ['whose subject has half a character', '{"subject":"half \\ud83d"}', [inBody(noUnicode, 'subject')]],
    ['whose entity type is a number', { ...group, ...entity, entity_type: 7 }, [inBody(noString, 'entity_type')]],
    ['whose entity type is empty', { ...group, ...entity, entity_type: '' }, [inBody(tooShort, 'entity_type')]],
    ['whose entity type is blank', { ...group, ...entity, entity_type: ' ' }, [inBody(tooShort, 'entity_type')]],
    [
      'whose entity type has 129 characters',
      { ...group, ...entity, entity_type: 'x'.repeat(129) },
      [inBody(tooLong(128), 'entity_type')],
    ],
    [
      'whose entity type has something invisible',
      { ...group, ...entity, entity_type: 'a\u0000b' },
      [inBody(unsuitable, 'entity_type')],
    ],
    [
      'whose entity type has half a character',
      `{"entity_type":"\\ude00","entity_id":"${twice}"}`,
      [inBody(noUnicode, 'entity_type')],
    ],
    ['whose entity is a number', { ...group, ...entity, entity_id: 7 }, [inBody(noUuidAtAll, 'entity_id')]],
    ['whose entity is no UUID', { ...group, ...entity, entity_id: '7' }, [inBody(noUuid, 'entity_id')]],
    ['of an entity type alone', { ...group, entity_type: 'order' }, [inBody(unsuitable, 'entity_id')]],
    ['of an entity alone', { ...group, entity_id: twice }, [inBody(unsuitable, 'entity_type')]],
    ['of an entity of no type', { ...group, ...entity, entity_type: null }, [inBody(unsuitable, 'entity_type')]],
    ['of no entity of a type', { ...group, ...entity, entity_id: null }, [inBody(unsuitable, 'entity_id')]],
    ['whose participants are a string', { participant_user_ids: twice }, [inBody(noList, 'participant_user_ids')]],
    [
      'whose participants are an object',
      { participant_user_ids: { 0: twice } },
      [inBody(noList, 'participant_user_ids')],
    ],
    [
      'naming what is no user',
      { participant_user_ids: [twice, 'bob', 7, null] },
      [
        inBody(noUuid, 'participant_user_ids', 1),
        inBody(noUuidAtAll, 'participant_user_ids', 2),
        inBody(noUuidAtAll, 'participant_user_ids', 3),
      ],
    ],
    [
      'with 1,001 participants',
      { participant_user_ids: uuids(1_001) },
      [inBody(tooMany(1_000), 'participant_user_ids')],
    ],
    [
      'with several faults',
      { organization_id: 'acme', subject: 7, participant_user_ids: 'x' },
      [inBody(noUuid, 'organization_id'), inBody(noString, 'subject'), inBody(noList, 'participant_user_ids')],
    ],
  ])('%s is refused', async (_, body, faults) => {
    expect(await attempt(`POST ${list}`, { body })).toEqual(details(...faults));
  });

  test.each([[[twice, twice]], [[twice, twice.toUpperCase()]]])('naming somebody twice is refused', async (named) => {
    const why = expect.stringContaining('participant_user_ids');
    for (const subject of ['Lunch', null]) {
      const body = { subject, participant_user_ids: named };
      expect(await attempt(`POST ${list}`, { body })).toEqual(detail(400, why));
    }
  });

  test('of a service that names nobody is refused', async () => {
    for (const body of [{}, { subject: 'Lunch' }, { participant_user_ids: [] }]) {
      const answer = told(await attemptAs(service, `POST ${list}`, { body }));
      expect(answer).toEqual(detail(400, expect.stringContaining('participant_user_ids')));
    }
  });

  test('of another organization is refused', async () => {
    const body = { ...group, organization_id: randomUUID() };
    expect(await attempt(`POST ${list}`, { body })).toEqual(detail(403));
  });

  test('under a key used for something else, or too long, is refused', async () => {
    const headers = { 'idempotency-key': 'once' };
    const body = { ...group, organization_id: acme };
    expect((await call(ann, `POST ${list}`, { body, headers })).status).toBe(201);
    const other = { ...body, subject: 'Dinner' };
    expect(await attempt(`POST ${list}`, { body: other, headers })).toEqual(detail(409));
    const long = { 'idempotency-key': 'k'.repeat(256) };
    expect(await attempt(`POST ${list}`, { body, headers: long })).toEqual(
      details([['header', 'idempotency-key'], ...tooLong(255)]),
    );
  });

  test('may leave out everything, or say null of it, and name its creator', async () => {
    const nothing = {
      ...{ organization_id: null, subject: null, entity_type: null, entity_id: null },
      participant_user_ids: null,
    };
    for (const body of [{}, nothing, { participant_user_ids: [] }, { participant_user_ids: [ann.sub.toUpperCase()] }]) {
      const made = await call(ann, `POST ${list}`, { body });
      expect(made.status).toBe(201);
      expect(Conversation.parse(made.body)).toMatchObject({
        ...{ organization_id: acme, subject: null, entity_type: null, entity_id: null },
        participants: [{ user_id: ann.sub }],
      });
    }
  });

  test('may be as large as the contract allows', async () => {
    const body = { subject: '\u{1F600}'.repeat(255), ...entity, participant_user_ids: uuids(1_000) };
    const made = await call(ann, `POST ${list}`, { body });
    expect(made).toMatchObject({ status: 201, body: { subject: body.subject, participants: [{ user_id: ann.sub }] } });
  });

  test('names anybody, and is about anything: no other conversation of that is touched', async () => {
    const about = { entity_type: 'order', entity_id: foreign, participant_user_ids: [bob.sub] };
    const made = await call(ann, `POST ${list}`, { body: about });
    expect(made).toMatchObject({ status: 201, body: { entity_id: foreign, organization_id: acme } });
  });
});

describe('a change', () => {
  test.each<[string, unknown, Fault[]]>([
    ['without a body', undefined, [inBody(required)]],
    ['of nothing', {}, [inBody(unsuitable)]],
    ['of what cannot be changed', { organization_id: acme, entity_type: 'order', name: 'x' }, [inBody(unsuitable)]],
    ['that is an array', [], [inBody(noObject)]],
    ['to a subject that is a number', { subject: 7 }, [inBody(noString, 'subject')]],
    ['to an empty subject', { subject: '' }, [inBody(tooShort, 'subject')]],
    ['to a blank subject', { subject: ' \u2003' }, [inBody(tooShort, 'subject')]],
    ['to a subject of 256 characters', { subject: 'x'.repeat(256) }, [inBody(tooLong(255), 'subject')]],
    ['to a subject with half a character', '{"subject":"\\ud83d"}', [inBody(noUnicode, 'subject')]],
    ['to an unknown status', { status: 'removed' }, [inBody(noStatus, 'status')]],
    ['to a status in other letters', { status: 'ARCHIVED' }, [inBody(noStatus, 'status')]],
    ['to a status that is a number', { status: 1 }, [inBody(noStatus, 'status')]],
    ['to a good subject and a bad status', { subject: 'kept out', status: 'closed' }, [inBody(noStatus, 'status')]],
    ['with several faults', { subject: 7, status: 'x' }, [inBody(noString, 'subject'), inBody(noStatus, 'status')]],
  ])('%s is refused', async (_, body, faults) => {
    expect(await attempt(`PATCH ${path}`, { body })).toEqual(details(...faults));
    expect((await call(ann, `GET ${path}`)).body).toMatchObject({ subject: 'Lunch', status: 'active' });
  });

  test('to no status alone is refused', async () => {
    const answer = await attempt(`PATCH ${path}`, { body: { status: null } });
    expect(answer).toMatchObject({ status: 422, body: { detail: [{ loc: expect.any(Array) }] }, written: 0 });
  });

  test('of a status of null leaves that as it is', async () => {
    const { status, body } = await call(ann, `PATCH ${path}`, { body: { subject: 'Lunch', status: null } });
    expect({ status, body }).toMatchObject({ status: 200, body: { subject: 'Lunch', status: 'active' } });
  });

  test('of nothing is refused to whoever may change nothing, too, and tells no more', async () => {
    const route = `PATCH ${list}/${foreign}` as const;
    expect(await attempt(route, { body: {} })).toEqual(details(inBody(unsuitable)));
    expect(await attempt(route, { body: { subject: 'x' } })).toEqual(detail(404, 'Conversation not found'));
  });
});

describe('a send', () => {
  const send = (sent?: Sent) => attempt(`POST ${path}/messages`, sent);

  test('of a service that names nobody is refused', async () => {
    const answer = told(await attemptAs(service, `POST ${path}/messages`, { body: { body: 'hello' } }));
    expect(answer).toEqual(detail(400, expect.stringMatching(/^userId is required/)));
  });

  test.each<[string, unknown, Fault[]]>([
    ['without a body', undefined, [inBody(required)]],
    ['that is a string', '"hello"', [inBody(noObject)]],
    ['that is null', 'null', [inBody(noObject)]],
    ['of nothing', {}, [inBody(required, 'body')]],
    ['of null', { body: null }, [inBody(noString, 'body')]],
    ['of a number', { body: 7 }, [inBody(noString, 'body')]],
    ['of a list', { body: ['hello'] }, [inBody(noString, 'body')]],
    ['of an empty text', { body: '' }, [inBody(tooShort, 'body')]],
    ['of white space', { body: ' \r\n\t\u0085\u2003\u3000\ufeff' }, [inBody(tooShort, 'body')]],
    ['of 5,001 characters', { body: 'x'.repeat(5_001) }, [inBody(tooLong(5_000), 'body')]],
    ['of 5,001 astral characters', { body: '\u{1F600}'.repeat(5_001) }, [inBody(tooLong(5_000), 'body')]],
    ['of a lone high surrogate', '{"body":"half \\ud83d"}', [inBody(noUnicode, 'body')]],
    ['of a lone low surrogate', '{"body":"\\ude00 half"}', [inBody(noUnicode, 'body')]],
    ['of what is inherited', '{"__proto__":{"body":"inherited"}}', [inBody(required, 'body')]],
    ['of the text by its name in another dialect', { text: 'x', context_text: 'x' }, [inBody(required, 'body')]],
  ])('%s is refused', async (_, body, faults) => {
    expect(await send({ body })).toEqual(details(...faults));
  });

  test('under a key used for something else, or too long, is refused', async () => {
    const used = { 'idempotency-key': 'used' };
    expect(await send({ body: { body: 'changed' }, headers: used })).toEqual(detail(409));
    for (const [key, what] of [
      ['k'.repeat(256), tooLong(255)],
      ['a\tb', unsuitable],
    ] as const) {
      const answer = await send({ body: { body: 'x' }, headers: { 'idempotency-key': key } });
      expect(answer).toEqual(details([['header', 'idempotency-key'], ...what]));
    }
  });

  test('may hold what is unusual, and keeps it exactly', async () => {
    for (const body of ['x', '\u{1F600}'.repeat(5_000), 'e\u0301 \u202e \u0000 <b>', '__proto__', '\ufeffx', '"\\']) {
      const sent = await call(ann, `POST ${path}/messages`, { body: { body } });
      expect(sent).toMatchObject({ status: 201, body: { body, sender_user_id: ann.sub } });
    }
  });

  test('with fields nobody knows, or keys of prototypes, is read without them', async () => {
    const body =
      '{"body":"plain","__proto__":{"body":"evil"},"constructor":{"prototype":{"a":1}},' +
      `"sender_user_id":"${bob.sub}","created_at":"2020-01-01T00:00:00.000Z","id":"${twice}"}`;
    const sent = Message.parse((await call(ann, `POST ${path}/messages`, { body })).body);
    expect(sent).toMatchObject({ body: 'plain', sender_user_id: ann.sub });
    expect(sent.id).not.toBe(twice);
    expect(sent.created_at).not.toMatch(/^2020-/);
  });
});

test.each([
  ['text alone', 'hello'],
  ['JSON that ends early', '{"body":"hel'],
  ['two values', '{"body":"a"}{"body":"b"}'],
  ['a comment', '{"body":"a"} // b'],
])('a body of %s is no JSON', async (_, body) => {
  for (const route of [`POST ${list}`, `PATCH ${path}`, `POST ${path}/messages`] as const) {
    expect(await attempt(route, { body })).toEqual(detail(400));
  }
});

test('a body of 300 KB is too large, whatever is in it', async () => {
  const padding = 'x'.repeat(300 * 1024);
  for (const body of [
    { body: padding, subject: padding },
    { body: 'x', subject: 'x', padding },
    '['.repeat(300 * 1024),
  ]) {
    for (const route of [`POST ${list}`, `PATCH ${path}`, `POST ${path}/messages`] as const) {
      expect(await attempt(route, { body })).toEqual(detail(413));
    }
  }
});

test('a body of just 256 KiB is read, and one of a byte more is not', async () => {
  const empty = JSON.stringify({ body: 'x', padding: '' });
  const body = (bytes: number) => JSON.stringify({ body: 'x', padding: 'x'.repeat(bytes - empty.length) });
  const [fits, over] = [body(256 * 1024), body(256 * 1024 + 1)];
  expect((await call(ann, `POST ${path}/messages`, { body: fits })).status).toBe(201);
  expect(await attempt(`POST ${path}/messages`, { body: over })).toEqual(detail(413));
});

describe('an id in a path', () => {
  test.each(['1', 'me', '%00', '..%2f', '%zz', '%', `${randomUUID()}x`, `%7B${randomUUID()}%7D`, 'a'.repeat(36)])(
    'that is %s is refused',
    async (malformed) => {
      const one = `${list}/${malformed}` as const;
      const calls: [`${string} /${string}`, Sent][] = [
        [`GET ${one}`, {}],
        [`PATCH ${one}`, { body: { subject: 'x' } }],
        [`GET ${one}/messages`, {}],
        [`POST ${one}/messages`, { body: { body: 'x' } }],
      ];
      for (const [route, sent] of calls) {
        expect(await attempt(route, sent)).toEqual(details([['path', 'conversation_id'], ...noUuid]));
      }
    },
  );

  test.each([
    '550e8400-e29b-41d4-a716-446655440000',
    '6b420a39-0b23-3a95-6a0b-3ca5900b4c05',
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  ])('that is %s is well-formed, wherever it stands', async (wellFormed) => {
    const nothing = detail(404, 'Conversation not found');
    expect(await attempt(`GET ${list}/${wellFormed}`)).toEqual(nothing);
    expect(await attempt(`GET ${list}/${wellFormed}/messages`)).toEqual(nothing);
    const body = { subject: 'x', entity_type: 'x', entity_id: wellFormed, participant_user_ids: [wellFormed] };
    const made = Conversation.parse((await call(ann, `POST ${list}`, { body })).body);
    expect(made.entity_id).toBe(wellFormed.toLowerCase());
    expect(made.participants.map(({ user_id }) => user_id)).toContain(wellFormed.toLowerCase());
    const found = await call(ann, `GET ${list}?entity_id=${wellFormed}`);
    expect(z.array(Conversation).parse(found.body)).toMatchObject([{ id: made.id }]);
  });

  test('may be in capitals, or percent-encoded', async () => {
    for (const written of [id.toUpperCase(), id.replaceAll('-', '%2D')]) {
      expect((await call(ann, `GET ${list}/${written}`)).body).toMatchObject({ id });
    }
  });

  test('of another organization, or of a message, is of no conversation', async () => {
    const [message] = z.array(Message).parse((await call(ann, `GET ${path}/messages`)).body);
    for (const other of [foreign, message?.id, randomUUID()]) {
      const one = `${list}/${other}` as const;
      for (const [route, sent] of [
        [`GET ${one}`, {}],
        [`PATCH ${one}`, { body: { status: 'archived' } }],
        [`GET ${one}/messages`, {}],
        [`POST ${one}/messages`, { body: { body: 'x' } }],
      ] as const) {
        expect(await attempt(route, sent)).toEqual(detail(404, 'Conversation not found'));
      }
    }
  });
});

describe('a query', () => {
  const lists = () => [list, `${path}/messages`] as const;

  test.each<[string, string, readonly [unknown, string]]>([
    ['page', '0', tooLow],
    ['page', '-1', tooLow],
    ['page', 'x', noInteger],
    ['page', '1.5', noInteger],
    ['page', '1e1', noInteger],
    ['page', '', noInteger],
    ['page', 'null', noInteger],
    ['limit', '0', tooLow],
    ['limit', '-1', tooLow],
    ['limit', '101', tooHigh(100)],
    ['limit', '999999999', tooHigh(100)],
    ['limit', 'x', noInteger],
    ['limit', '1.5', noInteger],
    ['limit', '', noInteger],
  ])('of %s=%s is refused by both lists', async (name, value, what) => {
    for (const one of lists()) {
      expect(await attempt(`GET ${one}?${new URLSearchParams({ [name]: value })}`)).toEqual(
        details(inQuery(what, name)),
      );
    }
  });

  test.each<[string, string, readonly [unknown, string]]>([
    ['organization_id', 'acme', noUuid],
    ['organization_id', '', noUuid],
    ['entity_id', '7', noUuid],
    ['entity_id', '', noUuid],
    ['entity_type', '', tooShort],
    ['entity_type', ' ', tooShort],
    ['entity_type', 'x'.repeat(129), tooLong(128)],
    ['entity_type', 'a\u0000b', unsuitable],
  ])('of %s=%s is refused by the list of conversations', async (name, value, what) => {
    const route = `GET ${list}?${new URLSearchParams({ [name]: value })}` as const;
    expect(await attempt(route)).toEqual(details(inQuery(what, name)));
  });

  test('of an acting user that is no user is refused by every route', async () => {
    for (const [route, sent] of [
      [`GET ${list}`, {}],
      [`POST ${list}`, { body: {} }],
      [`GET ${path}`, {}],
      [`PATCH ${path}`, { body: { subject: 'x' } }],
      [`GET ${path}/messages`, {}],
      [`POST ${path}/messages`, { body: { body: 'x' } }],
    ] as const) {
      expect(await attempt(`${route}?userId=me`, sent)).toEqual(details(inQuery(noUuid, 'userId')));
    }
  });

  test('of several faults, in all parts of a request, is told of all at once', async () => {
    const answer = await attempt(`POST ${list}/nope/messages?userId=me`, {
      body: { body: '' },
      headers: { 'idempotency-key': 'k'.repeat(256) },
    });
    expect(answer).toEqual(
      details(
        [['path', 'conversation_id'], ...noUuid],
        inQuery(noUuid, 'userId'),
        [['header', 'idempotency-key'], ...tooLong(255)],
        inBody(tooShort, 'body'),
      ),
    );
    expect(await attempt(`GET ${list}?limit=0&page=x`)).toEqual(
      details(inQuery(noInteger, 'page'), inQuery(tooLow, 'limit')),
    );
  });

  test('of a page past the end has nothing, however far past', async () => {
    for (const one of lists()) {
      for (const page of ['page=500', 'page=500&limit=100', 'page=999999999', 'page=999999999&limit=100']) {
        expect(await call(ann, `GET ${one}?${page}`)).toMatchObject({ status: 200, body: [] });
      }
    }
    const narrowed = await call(ann, `GET ${list}?page=999999999&entity_type=order`);
    expect(narrowed).toMatchObject({ status: 200, body: [] });
  });

  test('of limits 1 and 100, and of what nobody knows, is taken', async () => {
    for (const one of lists()) {
      expect((await call(ann, `GET ${one}?limit=1`)).body).toHaveLength(1);
      expect((await call(ann, `GET ${one}?limit=100&offset=x&__proto__=x&cursor=x`)).status).toBe(200);
    }
  });

  test('of a half of an entity narrows the list by that half', async () => {
    const entity = { entity_type: randomUUID(), entity_id: randomUUID() };
    await call(ann, `POST ${list}`, { body: { ...entity, subject: 'x' } });
    for (const half of Object.entries(entity)) {
      const found = await call(ann, `GET ${list}?${new URLSearchParams([half])}`);
      expect(z.array(Conversation).parse(found.body)).toMatchObject([entity]);
    }
  });
});

test('an archived conversation is read and changed, and takes no message until it is active again', async () => {
  const made = Conversation.parse((await call(ann, `POST ${list}`, { body: { subject: 'old' } })).body);
  const one = `${list}/${made.id}` as const;
  const change = (status: string) => call(ann, `PATCH ${one}`, { body: { status } });
  expect(await change('archived')).toMatchObject({ status: 200, body: { status: 'archived' } });
  const refused = await attempt(`POST ${one}/messages`, { body: { body: 'x' } });
  expect(refused).toEqual(detail(409));
  expect(await call(ann, `GET ${one}`)).toMatchObject({ status: 200, body: { status: 'archived', messages: [] } });
  expect(await call(ann, `GET ${one}/messages`)).toMatchObject({ status: 200, body: [] });
  expect((await call(ann, `PATCH ${one}`, { body: { subject: 'older' } })).status).toBe(200);
  await change('active');
  expect((await call(ann, `POST ${one}/messages`, { body: { body: 'x' } })).status).toBe(201);
});

test.each([
  'GET /api/v2',
  'GET /api/v2/',
  'GET /api/v2/messages',
  `GET ${list}/`,
  `DELETE ${list}/${randomUUID()}`,
  `PUT ${list}/${randomUUID()}`,
  `DELETE ${list}/${randomUUID()}/messages`,
  `GET ${list}/${randomUUID()}/participants`,
  'GET /api/V2/conversations',
] as const)('%s does not exist', async (route) => {
  const answer = await attempt(route);
  expect(answer).toMatchObject({ status: 404, body: { detail: expect.any(String) }, written: 0 });
});

// The last one, as its items vanish in the background, which would be counted elsewhere.
test('a removed conversation is not there', async () => {
  const body = { type: 'group', participantIds: [bob.sub] };
  const { id: gone } = conversationIn(await call(ann, 'POST /conversations', { body }));
  await call(ann, `DELETE /conversations/${gone}`);
  const one = `${list}/${gone}` as const;
  for (const [route, sent] of [
    [`GET ${one}`, {}],
    [`PATCH ${one}`, { body: { status: 'archived' } }],
    [`GET ${one}/messages`, {}],
    [`POST ${one}/messages`, { body: { body: 'x' } }],
  ] as const) {
    expect(told(await call(ann, route, sent))).toEqual(detail(404, 'Conversation not found'));
  }
});
