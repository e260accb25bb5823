import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { Conversation } from '../../core/contract/v1/conversation.ts';
import { Message } from '../../core/contract/v1/message.ts';
import { conversationIn, messageIn, type Sent, someone, useCloud } from '../support/cloud.ts';
import { registerPlatform } from '../support/probe.ts';
import { errors, message, told } from '../support/refusals.ts';

const cloud = useCloud();
const { call: callAs, attempt: attemptAs } = cloud;

const [acme, other] = [randomUUID(), randomUUID()];
const [ann, bob, cid] = [someone(acme), someone(acme), someone(acme)];
const foreigner = someone(other);
const service = { sub: 'backend', org_id: acme, roles: ['SERVICE'] };
const publicKey = randomUUID();
const base = '/api/v1/chat';

const withKey = ({ headers, ...sent }: Sent = {}): Sent => ({
  ...sent,
  headers: { 'x-public-key': publicKey, ...headers },
});
const call = (route: `${string} /${string}`, sent?: Sent) => callAs(ann, route, withKey(sent));
const attempt = async (route: `${string} /${string}`, sent?: Sent) => told(await attemptAs(ann, route, withKey(sent)));

/** What a create and a send answer with. */
const Created = z.object({ data: Conversation });
const SentMessage = z.object({ data: Message });

const create = (body: unknown, headers = {}) => attempt(`POST ${base}/conversations`, { body, headers });
const send = (body: unknown, headers = {}) => attempt(`POST ${base}/messages`, { body, headers });

let id = '';
let messageId = '';
/** A send that is good. */
let good: Record<string, unknown> = {};
beforeAll(async () => {
  await registerPlatform(cloud, service, publicKey, 'shop');
  // Being seen makes a profile.
  for (const user of [ann, bob, cid, foreigner]) await callAs(user, 'GET /users');
  id = Created.parse((await call(`POST ${base}/conversations`, { body: { participant_uuid: bob.sub } })).body).data
    .uuid;
  good = {
    conversation_uuid: id,
    receiver_uuid: bob.sub,
    context_text: 'hello',
    context_type: 'text',
    device: { type: 'web', os: 'Linux' },
  };
  const sent = await call(`POST ${base}/messages`, { body: good, headers: { 'idempotency-key': 'used' } });
  messageId = SentMessage.parse(sent.body).data.message_id;
});

const device = (changed: object) => ({ device: { type: 'web', os: 'Linux', ...changed } });

/** What Laravel says of a field, by what is wrong with it. */
const required = (field: string) => `The ${field} field is required.`;
const selected = (field: string) => `The selected ${field} is invalid.`;
const format = (field: string) => `The ${field} field format is invalid.`;
const must = (field: string, what: string) => `The ${field} field must ${what}.`;
const string = (field: string) => must(field, 'be a string');
const uuid = (field: string) => must(field, 'be a valid UUID');
const integer = (field: string) => must(field, 'be an integer');
const array = (field: string) => must(field, 'be an array');
const characters = (field: string, most: number) => must(field, `not be greater than ${most} characters`);

/** A list within a list, of so many levels. */
function nested(levels: number): unknown[] {
  let list: unknown[] = [];
  for (let level = 1; level < levels; level += 1) list = [list];
  return list;
}

type Errors = Parameters<typeof errors>[0];

describe('a create', () => {
  const participant_uuid = cid.sub;

  test.each<[string, unknown, Errors]>([
    ['without anything', {}, { participant_uuid: required('participant uuid') }],
    ['without a body', undefined, { participant_uuid: required('participant uuid') }],
    ['of null', { participant_uuid: null }, { participant_uuid: required('participant uuid') }],
    ['of nobody', { participant_uuid: '' }, { participant_uuid: required('participant uuid') }],
    ['of what is no UUID', { participant_uuid: 'bob' }, { participant_uuid: uuid('participant uuid') }],
    ['of a number', { participant_uuid: 7 }, { participant_uuid: uuid('participant uuid') }],
    ['of a list', { participant_uuid: [bob.sub] }, { participant_uuid: uuid('participant uuid') }],
    [
      'of the participants of another dialect',
      { participant_user_ids: [bob.sub], participantIds: [bob.sub] },
      { participant_uuid: required('participant uuid') },
    ],
    [
      'of what is inherited',
      `{"__proto__":{"participant_uuid":"${bob.sub}"}}`,
      { participant_uuid: required('participant uuid') },
    ],
    ['of somebody unknown', { participant_uuid: randomUUID() }, { participant_uuid: selected('participant uuid') }],
    [
      'of somebody of another organization',
      { participant_uuid: foreigner.sub },
      { participant_uuid: selected('participant uuid') },
    ],
    [
      'about a type alone',
      { participant_uuid, taggable_type: 'Order' },
      { taggable_id: 'The taggable id field is required when taggable type is present.' },
    ],
    [
      'about a type, and null',
      { participant_uuid, taggable_type: 'Order', taggable_id: null },
      { taggable_id: 'The taggable id field is required when taggable type is present.' },
    ],
    [
      'about an id alone',
      { participant_uuid, taggable_id: 7 },
      { taggable_type: 'The taggable type field is required when taggable id is present.' },
    ],
    [
      'about an id of nothing',
      { participant_uuid, taggable_id: 0, taggable_type: null },
      { taggable_type: 'The taggable type field is required when taggable id is present.' },
    ],
    [
      'about a type that is a number',
      { participant_uuid, taggable_type: 7, taggable_id: 7 },
      { taggable_type: string('taggable type') },
    ],
    [
      'about a type of 129 characters',
      { participant_uuid, taggable_type: 'x'.repeat(129), taggable_id: 7 },
      { taggable_type: characters('taggable type', 128) },
    ],
    [
      'about a type with something invisible',
      { participant_uuid, taggable_type: 'a\u0000b', taggable_id: 7 },
      { taggable_type: format('taggable type') },
    ],
    [
      'about a type with half a character',
      `{"participant_uuid":"${cid.sub}","taggable_type":"\\ud83d","taggable_id":7}`,
      { taggable_type: format('taggable type') },
    ],
    [
      'about an id that is no number',
      { participant_uuid, taggable_type: 'Order', taggable_id: 'seven' },
      { taggable_id: integer('taggable id') },
    ],
    [
      'about an id that is no whole number',
      { participant_uuid, taggable_type: 'Order', taggable_id: 7.5 },
      { taggable_id: integer('taggable id') },
    ],
    [
      'about an id that is written as none',
      { participant_uuid, taggable_type: 'Order', taggable_id: '7.5' },
      { taggable_id: integer('taggable id') },
    ],
    [
      'about an id that is a UUID',
      { participant_uuid, taggable_type: 'Order', taggable_id: randomUUID() },
      { taggable_id: integer('taggable id') },
    ],
    [
      'about a list of ids',
      { participant_uuid, taggable_type: 'Order', taggable_id: [7] },
      { taggable_id: integer('taggable id') },
    ],
    [
      'with two faults',
      { participant_uuid: 'bob', taggable_type: 7, taggable_id: 7 },
      { participant_uuid: uuid('participant uuid'), taggable_type: string('taggable type') },
    ],
    [
      'with three faults',
      { taggable_type: 7, taggable_id: 'x' },
      {
        participant_uuid: required('participant uuid'),
        taggable_type: string('taggable type'),
        taggable_id: integer('taggable id'),
      },
    ],
  ])('%s is refused', async (_, body, fields) => {
    expect(await create(body)).toEqual(errors(fields));
  });

  test.each<[string, unknown]>([
    ['without a body', undefined],
    ['that is a string', '"group"'],
    ['that is a number', '7'],
    ['that is null', 'null'],
    ['that is a list', [{ participant_uuid: cid.sub }]],
    ['about a blank type', { participant_uuid, taggable_type: ' ', taggable_id: 7 }],
    ['about an empty id', { participant_uuid, taggable_type: 'Order', taggable_id: '' }],
    ['about an id past what numbers are exact for', { participant_uuid, taggable_type: 'Order', taggable_id: 2 ** 53 }],
    ['about an id past that in digits', { participant_uuid, taggable_type: 'Order', taggable_id: '9'.repeat(20) }],
  ])('%s is refused', async (_, body) => {
    expect(await create(body)).toMatchObject({
      status: 422,
      body: { message: expect.stringMatching(/^The /), errors: expect.any(Object) },
      written: 0,
    });
  });

  test('with oneself is refused, however one is written', async () => {
    for (const one of [ann.sub, ann.sub.toUpperCase()]) {
      expect(await create({ participant_uuid: one })).toEqual(message(400, expect.any(String)));
    }
  });

  test('is about anything: no other conversation of that is touched', async () => {
    for (const [taggable_id, shown] of [
      [7, 7],
      ['7', 7],
      [0, 0],
      [-7, -7],
      [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ] as const) {
      const body = { participant_uuid: cid.sub.toUpperCase(), taggable_type: 'App\\Models\\Order', taggable_id };
      const { data } = Created.parse((await call(`POST ${base}/conversations`, { body })).body);
      expect(data).toMatchObject({ taggable_type: 'App\\Models\\Order', taggable_id: shown });
      expect(data.participants.map(({ uuid }) => uuid)).toEqual([ann.sub, cid.sub]);
    }
  });

  test('may say null of what it is about, and what nobody knows', async () => {
    const body = {
      ...{ participant_uuid: cid.sub, taggable_type: null, taggable_id: null },
      ...{ is_archived: true, uuid: id, last_message_text: 'x', participants: [foreigner.sub] },
    };
    const { data } = Created.parse((await call(`POST ${base}/conversations`, { body })).body);
    expect(data).toMatchObject({ taggable_type: null, taggable_id: null, is_archived: false, last_message_text: null });
    expect(data.uuid).not.toBe(id);
    expect(data.participants).toHaveLength(2);
  });

  test('under a key used for something else, or too long, is refused', async () => {
    const headers = { 'idempotency-key': 'once' };
    const body = { participant_uuid: cid.sub, taggable_type: 'Order', taggable_id: 1_000 };
    expect((await call(`POST ${base}/conversations`, { body, headers })).status).toBe(201);
    expect(await create({ ...body, taggable_id: 1_001 }, headers)).toEqual(message(409));
    const long = await create(body, { 'idempotency-key': 'k'.repeat(256) });
    expect(long).toEqual(errors({ 'idempotency-key': characters('idempotency-key', 255) }));
  });
});

describe('a send', () => {
  test.each<[string, object, Errors]>([
    ['to no conversation', { conversation_uuid: undefined }, { conversation_uuid: required('conversation uuid') }],
    ['to the conversation null', { conversation_uuid: null }, { conversation_uuid: required('conversation uuid') }],
    ['to the conversation ""', { conversation_uuid: '' }, { conversation_uuid: required('conversation uuid') }],
    ['to what is no conversation', { conversation_uuid: '1' }, { conversation_uuid: uuid('conversation uuid') }],
    ['to a conversation by a number', { conversation_uuid: 1 }, { conversation_uuid: uuid('conversation uuid') }],
    ['for no receiver', { receiver_uuid: undefined }, { receiver_uuid: required('receiver uuid') }],
    ['for the receiver null', { receiver_uuid: null }, { receiver_uuid: required('receiver uuid') }],
    ['for what is no receiver', { receiver_uuid: 'bob' }, { receiver_uuid: uuid('receiver uuid') }],
    ['for a list of receivers', { receiver_uuid: [bob.sub] }, { receiver_uuid: uuid('receiver uuid') }],
    ['of no text', { context_text: undefined }, { context_text: required('context text') }],
    ['of the text null', { context_text: null }, { context_text: required('context text') }],
    ['of an empty text', { context_text: '' }, { context_text: required('context text') }],
    ['of white space', { context_text: ' \n\u2003\u3000\ufeff' }, { context_text: required('context text') }],
    ['of a number', { context_text: 7 }, { context_text: string('context text') }],
    ['of an object', { context_text: { text: 'x' } }, { context_text: string('context text') }],
    ['of 5,001 characters', { context_text: 'x'.repeat(5_001) }, { context_text: characters('context text', 5_000) }],
    [
      'of 5,001 astral characters',
      { context_text: '\u{1F600}'.repeat(5_001) },
      { context_text: characters('context text', 5_000) },
    ],
    ['of half a character', { context_text: 'half \ud83d' }, { context_text: format('context text') }],
    ['of no type', { context_type: undefined }, { context_type: required('context type') }],
    ['of the type null', { context_type: null }, { context_type: required('context type') }],
    ['of an unknown type', { context_type: 'sticker' }, { context_type: selected('context type') }],
    ['of a type in other letters', { context_type: 'TEXT' }, { context_type: selected('context type') }],
    ['of a type that is a number', { context_type: 1 }, { context_type: selected('context type') }],
    ['with an attachment that is a string', { attachments: 'a.png' }, { attachments: array('attachments') }],
    ['with attachments by name', { attachments: { a: 'a.png' } }, { attachments: array('attachments') }],
    [
      'with 101 attachments',
      { attachments: Array.from({ length: 101 }, () => 'a') },
      { attachments: must('attachments', 'not have more than 100 items') },
    ],
    [
      'with attachments of 33 KB',
      { attachments: ['x'.repeat(33 * 1024)] },
      { attachments: must('attachments', 'not be greater than 32 kilobytes') },
    ],
    [
      'with attachments of 33 KB in fewer characters',
      { attachments: ['\u{1F600}'.repeat(9 * 1024)] },
      { attachments: must('attachments', 'not be greater than 32 kilobytes') },
    ],
    [
      'with attachments of 65 levels',
      { attachments: nested(65) },
      { attachments: must('attachments', 'not be nested deeper than 64 levels') },
    ],
    [
      'with metadata of 65 levels',
      { metadata: { a: nested(64) } },
      { metadata: must('metadata', 'not be nested deeper than 64 levels') },
    ],
    ['with metadata that is a string', { metadata: 'x' }, { metadata: array('metadata') }],
    ['with metadata that is a number', { metadata: 7 }, { metadata: array('metadata') }],
    ['with metadata that is a list', { metadata: [{ a: 1 }] }, { metadata: array('metadata') }],
    [
      'with metadata of 17 KB',
      { metadata: { note: 'x'.repeat(17 * 1024) } },
      { metadata: must('metadata', 'not be greater than 16 kilobytes') },
    ],
    [
      'with metadata of 17 KB in its keys',
      { metadata: { ['x'.repeat(17 * 1024)]: 1 } },
      { metadata: must('metadata', 'not be greater than 16 kilobytes') },
    ],
    ['from a device that is a string', { device: 'web' }, { device: array('device') }],
    ['from a device of no type', device({ type: undefined }), { 'device.type': required('device.type') }],
    ['from a device of the type null', device({ type: null }), { 'device.type': required('device.type') }],
    ['from a device of an unknown type', device({ type: 'watch' }), { 'device.type': selected('device.type') }],
    ['from a device of no system', device({ os: undefined }), { 'device.os': required('device.os') }],
    ['from a device of the system null', device({ os: null }), { 'device.os': required('device.os') }],
    ['from a device of a blank system', device({ os: ' ' }), { 'device.os': required('device.os') }],
    ['from a device of a system by a number', device({ os: 11 }), { 'device.os': string('device.os') }],
    ['from a device of a long system', device({ os: 'x'.repeat(256) }), { 'device.os': characters('device.os', 255) }],
    ...['os_version', 'app_version', 'model', 'browser', 'browser_version'].flatMap(
      (part): [string, object, Errors][] => {
        const [field, name] = [`device.${part}`, `device.${part.replaceAll('_', ' ')}`];
        return [
          [`from a device with a number for ${part}`, device({ [part]: 7 }), { [field]: string(name) }],
          [`from a device with a list for ${part}`, device({ [part]: ['x'] }), { [field]: string(name) }],
          [
            `from a device with 256 characters for ${part}`,
            device({ [part]: 'x'.repeat(256) }),
            { [field]: characters(name, 255) },
          ],
          [`from a device with half a character for ${part}`, device({ [part]: '\ud83d' }), { [field]: format(name) }],
        ];
      },
    ),
    [
      'with two faults',
      { context_text: '', ...device({ type: 'watch' }) },
      { context_text: required('context text'), 'device.type': selected('device.type') },
    ],
    [
      'with all faults',
      {
        ...{ conversation_uuid: undefined, receiver_uuid: 'x', context_text: 7, context_type: 'x' },
        ...{ attachments: 7, metadata: [], device: { type: 'x', os: 7, os_version: 7 } },
      },
      {
        conversation_uuid: required('conversation uuid'),
        receiver_uuid: uuid('receiver uuid'),
        context_text: string('context text'),
        context_type: selected('context type'),
        attachments: array('attachments'),
        metadata: array('metadata'),
        'device.type': selected('device.type'),
        'device.os': string('device.os'),
        'device.os_version': string('device.os version'),
      },
    ],
  ])('%s is refused', async (_, changed, fields) => {
    expect(await send({ ...good, ...changed })).toEqual(errors(fields));
  });

  test.each([undefined, null])('from the device %s is refused, with or without the fields in it', async (none) => {
    const answer = await send({ ...good, device: none });
    expect(answer).toMatchObject({ status: 422, body: { errors: { device: [required('device')] } }, written: 0 });
  });

  test.each<[string, unknown]>([
    ['without a body', undefined],
    ['that is a string', '"hello"'],
    ['that is null', 'null'],
    ['that is a list', []],
  ])('%s is refused', async (_, body) => {
    expect(await send(body)).toMatchObject({
      status: 422,
      body: { message: expect.stringMatching(/^The /), errors: expect.any(Object) },
      written: 0,
    });
  });

  test('for whoever is not the other participant is refused', async () => {
    for (const receiver_uuid of [ann.sub, cid.sub, foreigner.sub, randomUUID()]) {
      expect(await send({ ...good, receiver_uuid })).toEqual(message(404, 'Receiver not found'));
    }
  });

  test('to what is no conversation of the organization is refused', async () => {
    const body = { type: 'direct', participantIds: [bob.sub] };
    const foreign = conversationIn(await callAs(foreigner, 'POST /conversations', { body }));
    for (const conversation_uuid of [foreign.id, randomUUID(), messageId]) {
      expect(await send({ ...good, conversation_uuid })).toEqual(message(404, 'Conversation not found'));
    }
  });

  test('to others is refused', async () => {
    const body = { type: 'direct', participantIds: [cid.sub] };
    const theirs = conversationIn(await callAs(bob, 'POST /conversations', { body }));
    for (const receiver_uuid of [bob.sub, cid.sub, randomUUID()]) {
      expect(await send({ ...good, conversation_uuid: theirs.id, receiver_uuid })).toEqual(message(403));
    }
  });

  test('to a group is refused, even of two', async () => {
    const body = { type: 'group', participantIds: [bob.sub] };
    const group = conversationIn(await callAs(ann, 'POST /conversations', { body }));
    const notDirect = { conversation_uuid: 'The selected conversation is not between two participants.' };
    for (const receiver_uuid of [bob.sub, cid.sub]) {
      expect(await send({ ...good, conversation_uuid: group.id, receiver_uuid })).toEqual(errors(notDirect));
    }
  });

  test('to an archived conversation is refused, until it is active again', async () => {
    const body = { participant_uuid: bob.sub, taggable_type: 'archive', taggable_id: 1 };
    const { uuid } = Created.parse((await call(`POST ${base}/conversations`, { body })).body).data;
    const change = (status: string) => callAs(ann, `PATCH /conversations/${uuid}`, { body: { status } });
    await change('archived');
    const there = { ...good, conversation_uuid: uuid };
    expect(await send(there)).toEqual(errors({ conversation_uuid: 'The selected conversation is archived.' }));
    const again = await call(`POST ${base}/conversations`, { body });
    expect(again).toMatchObject({ status: 200, body: { data: { uuid, is_archived: true } } });
    const listed = await call(`GET ${base}/conversations/${uuid}/messages`);
    expect(listed).toMatchObject({ status: 200, body: { data: [], conversation: { is_archived: true } } });
    await change('active');
    expect((await call(`POST ${base}/messages`, { body: there })).status).toBe(201);
  });

  test('of a service that names nobody, or of a user who names another, is refused', async () => {
    const asService = await attemptAs(service, `POST ${base}/messages`, withKey({ body: good }));
    expect(told(asService)).toEqual(message(400, expect.any(String)));
    expect(await attempt(`POST ${base}/messages?userId=${bob.sub}`, { body: good })).toEqual(message(403));
  });

  test('under a key used for something else, or too long, is refused', async () => {
    const used = { 'idempotency-key': 'used' };
    for (const changed of [
      { context_text: 'x' },
      { context_type: 'file' },
      { metadata: { a: 1 } },
      device({ os: 'x' }),
    ]) {
      expect(await send({ ...good, ...changed }, used)).toEqual(message(409));
    }
    const long = await send(good, { 'idempotency-key': 'k'.repeat(256) });
    expect(long).toEqual(errors({ 'idempotency-key': characters('idempotency-key', 255) }));
  });

  test('may be as large as the contract allows, and holds anything', async () => {
    const attachments = [...Array.from({ length: 99 }, (_, at) => at), 'x'.repeat(32_000)];
    const metadata = { note: 'x'.repeat(16_000), nested: [{ a: null }], '': 0 };
    const context_text = '\u{1F600}'.repeat(5_000);
    const parts = Object.fromEntries(
      ['os', 'os_version', 'app_version', 'model', 'browser', 'browser_version'].map((part) => [part, 'x'.repeat(255)]),
    );
    const body = { ...good, context_text, context_type: 'video', attachments, metadata, ...device(parts) };
    const { data } = SentMessage.parse((await call(`POST ${base}/messages`, { body })).body);
    expect(data).toMatchObject({
      context: { text: context_text, type: 'video' },
      attachments,
      metadata,
      device: parts,
    });
  });

  test('with attachments of 10,000 levels, through which nothing could walk, is refused', async () => {
    const levels = 10_000;
    const body = JSON.stringify({ ...good, attachments: '…' }).replace('"…"', '['.repeat(levels) + ']'.repeat(levels));
    expect(await send(body)).toEqual(
      errors({ attachments: must('attachments', 'not be nested deeper than 64 levels') }),
    );
  });

  test('again under its key may name its fields in another order, at any depth', async () => {
    const key = { 'idempotency-key': 'in any order' };
    const sendAs = async (metadata: object) => {
      const sent = await call(`POST ${base}/messages`, { body: { ...good, metadata }, headers: key });
      return { status: sent.status, id: SentMessage.safeParse(sent.body).data?.data.id };
    };
    const first = await sendAs({ a: 1, b: { c: [2, 3], d: 4 } });
    expect(first).toEqual({ status: 201, id: expect.any(String) });
    expect(await sendAs({ b: { d: 4, c: [2, 3] }, a: 1 })).toEqual(first);
    expect(await sendAs({ a: 1, b: { c: [3, 2], d: 4 } })).toEqual({ status: 409, id: undefined });
  });

  test('may be as deep as the contract allows', async () => {
    const sent = { attachments: nested(64), metadata: { a: nested(63) } };
    const { data } = SentMessage.parse((await call(`POST ${base}/messages`, { body: { ...good, ...sent } })).body);
    expect(data).toMatchObject(sent);
  });

  test('with empty texts is as one with null, but in what is the sender’s own', async () => {
    const parts = { os_version: '', app_version: '', model: '', browser: '', browser_version: '' };
    const own = { attachments: ['', { a: '' }], metadata: { a: '', b: { device: '' } } };
    const body = { ...good, ...own, ...device(parts) };
    const { data } = SentMessage.parse((await call(`POST ${base}/messages`, { body })).body);
    expect(data).toMatchObject({ ...own, device: { os: 'Linux', os_version: null, browser_version: null } });
    expect(await send({ ...good, ...device({ os: '' }) })).toEqual(errors({ 'device.os': required('device.os') }));
  });

  test('may say null of what it need not have, and is kept exactly', async () => {
    const nothing = { os_version: null, app_version: null, model: null, browser: null, browser_version: null };
    for (const context_text of ['x', ' x ', 'e\u0301 \u202e \u0000 <b>', '__proto__', '"\\']) {
      const body = { ...good, context_text, attachments: null, metadata: null, ...device(nothing) };
      const { data } = SentMessage.parse((await call(`POST ${base}/messages`, { body })).body);
      expect(data).toMatchObject({ context: { text: context_text }, attachments: [], metadata: {}, device: nothing });
    }
  });

  test('with fields nobody knows, or keys of prototypes, is read without them', async () => {
    const { device: _, ...rest } = good;
    const extra =
      '"device":{"type":"web","os":"Linux","__proto__":{"model":"evil"}},"__proto__":{"context_text":"evil"},' +
      `"sender_uuid":"${bob.sub}","message_id":"${randomUUID()}","pbk":"evil","is_read":true,` +
      '"metadata":{"a":1,"__proto__":{"isAdmin":true},"constructor":{"prototype":{"b":2}}}';
    const sent = await call(`POST ${base}/messages`, { body: `${JSON.stringify(rest).slice(0, -1)},${extra}}` });
    const { data } = SentMessage.parse(sent.body);
    expect(data).toMatchObject({
      context: { text: 'hello' },
      sender: { uuid: ann.sub },
      device: { model: null },
      metadata: { a: 1 },
      status: { is_read: false },
      pbk: publicKey,
    });
    expect(JSON.stringify(data)).not.toContain('evil');
    expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
  });
});

describe('a reaction', () => {
  const react = (body: unknown, to: string = messageId) => attempt(`POST ${base}/messages/${to}/reactions`, { body });

  test.each<[string, unknown, string]>([
    ['missing', {}, required('emoji')],
    ['null', { emoji: null }, required('emoji')],
    ['empty', { emoji: '' }, required('emoji')],
    ['blank', { emoji: ' \u2003' }, required('emoji')],
    ['a number', { emoji: 7 }, string('emoji')],
    ['a list', { emoji: ['+1'] }, string('emoji')],
    ['of 11 characters', { emoji: 'x'.repeat(11) }, characters('emoji', 10)],
    ['of 11 astral characters', { emoji: '\u{1F600}'.repeat(11) }, characters('emoji', 10)],
    ['half a character', '{"emoji":"\\ud83d"}', format('emoji')],
    ['with a control character', { emoji: 'a\u0007b' }, format('emoji')],
    ['a dot, which no path can name', { emoji: '.' }, format('emoji')],
  ])('that is %s is refused', async (_, body, why) => {
    expect(await react(body)).toEqual(errors({ emoji: why }));
    expect((await callAs(ann, `GET /messages/${messageId}`)).body).toMatchObject({ reactions: [], revision: 1 });
  });

  test('without a body is refused', async () => {
    for (const body of [undefined, 'null', '[]', '7', '"+1"']) {
      expect(await react(body)).toEqual(errors({ emoji: required('emoji') }));
    }
  });

  test('may have ten characters, again and again, of which people see fewer', async () => {
    const sent = SentMessage.parse((await call(`POST ${base}/messages`, { body: good })).body).data.message_id;
    const route = `POST ${base}/messages/${sent}/reactions` as const;
    for (const emoji of [
      '\u{1F600}'.repeat(10),
      '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}\u200d\u{1F466}',
      '\u{1F600}'.repeat(10),
    ]) {
      expect(await call(route, { body: { emoji } })).toMatchObject({
        status: 200,
        body: { message: expect.any(String) },
      });
    }
    expect(messageIn(await callAs(ann, `GET /messages/${sent}`)).reactions).toHaveLength(2);
  });

  test('to what is no message, or is deleted, is refused, and so is its being read', async () => {
    const tail = id.slice(19);
    for (const none of [
      randomUUID(),
      id,
      `${messageId.slice(0, 19)}${randomUUID().slice(19)}`,
      `00000000-0000-8000-${tail}`,
    ]) {
      expect(await react({ emoji: '+1' }, none)).toEqual(message(404, 'Message not found'));
      expect(await attempt(`PATCH ${base}/messages/${none}/read`)).toEqual(message(404, 'Message not found'));
    }
    const sent = SentMessage.parse((await call(`POST ${base}/messages`, { body: good })).body).data.message_id;
    await callAs(ann, `DELETE /messages/${sent}`);
    expect(await react({ emoji: '+1' }, sent)).toEqual(message(409));
  });
});

test('who is not its receiver reads no message, whoever else it is', async () => {
  expect(await attempt(`PATCH ${base}/messages/${messageId}/read`)).toEqual(message(403));
  const asService = await attemptAs(service, `PATCH ${base}/messages/${messageId}/read`, withKey());
  expect(told(asService)).toEqual(message(400, expect.any(String)));
});

test.each([
  ['text alone', 'hello'],
  ['JSON that ends early', '{"participant_uuid":"'],
  ['two values', '{"emoji":"a"}{"emoji":"b"}'],
  ['a comment', '{"emoji":"a"} // b'],
])('a body of %s is no JSON', async (_, body) => {
  for (const path of ['/conversations', '/messages', `/messages/${messageId}/reactions`] as const) {
    expect(await attempt(`POST ${base}${path}`, { body })).toEqual(message(400));
  }
  expect(await attempt(`PATCH ${base}/messages/${messageId}/read`, { body })).toEqual(message(400));
});

test('a body of 300 KB is too large, whatever is in it', async () => {
  const padding = 'x'.repeat(300 * 1024);
  for (const body of [{ ...good, padding }, { participant_uuid: cid.sub, emoji: padding }, '['.repeat(300 * 1024)]) {
    for (const path of ['/conversations', '/messages', `/messages/${messageId}/reactions`] as const) {
      expect(await attempt(`POST ${base}${path}`, { body })).toEqual(message(413));
    }
    expect(await attempt(`PATCH ${base}/messages/${messageId}/read`, { body })).toEqual(message(413));
  }
});

describe('an id in a path', () => {
  test.each(['1', 'me', '%00', '..%2f', '%zz', '%', `${randomUUID()}x`, `%7B${randomUUID()}%7D`, 'a'.repeat(36)])(
    'that is %s is refused',
    async (malformed) => {
      const listed = await attempt(`GET ${base}/conversations/${malformed}/messages`);
      expect(listed).toEqual(errors({ uuid: uuid('uuid') }));
      const ofMessage = errors({ messageId: uuid('message id') });
      expect(await attempt(`PATCH ${base}/messages/${malformed}/read`)).toEqual(ofMessage);
      const reacted = await attempt(`POST ${base}/messages/${malformed}/reactions`, { body: { emoji: '+1' } });
      expect(reacted).toEqual(ofMessage);
    },
  );

  test('of any version, or in capitals, is well-formed', async () => {
    for (const none of ['00000000-0000-0000-0000-000000000000', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF']) {
      const listed = await attempt(`GET ${base}/conversations/${none}/messages`);
      expect(listed).toEqual(message(404, 'Conversation not found'));
    }
    for (const written of [id.toUpperCase(), id.replaceAll('-', '%2D')]) {
      expect((await call(`GET ${base}/conversations/${written}/messages`)).status).toBe(200);
    }
    const upper = { ...good, conversation_uuid: id.toUpperCase(), receiver_uuid: bob.sub.toUpperCase() };
    const { data } = SentMessage.parse((await call(`POST ${base}/messages`, { body: upper })).body);
    expect(data).toMatchObject({ conversation_uuid: id, receiver: { uuid: bob.sub } });
  });
});

describe('a query', () => {
  const lists = () => [`${base}/conversations`, `${base}/conversations/${id}/messages`] as const;
  const atLeast = (field: string) => must(field, 'be at least 1');

  test.each<[string, string, string]>([
    ['page', '0', atLeast('page')],
    ['page', '-1', atLeast('page')],
    ['page', 'x', integer('page')],
    ['page', '1.5', integer('page')],
    ['page', '1e1', integer('page')],
    ['page', '', integer('page')],
    ['per_page', '0', atLeast('per page')],
    ['per_page', '-1', atLeast('per page')],
    ['per_page', '101', must('per page', 'not be greater than 100')],
    ['per_page', '999999999', must('per page', 'not be greater than 100')],
    ['per_page', 'x', integer('per page')],
    ['per_page', '1.5', integer('per page')],
    ['per_page', '', integer('per page')],
  ])('of %s=%s is refused by both lists', async (name, value, why) => {
    for (const list of lists()) {
      const answer = await attempt(`GET ${list}?${new URLSearchParams({ [name]: value })}`);
      expect(answer).toEqual(errors({ [name]: why }));
    }
  });

  test('of several faults, in all parts of a request, is told of all at once', async () => {
    expect(await attempt(`GET ${base}/conversations/nope/messages?page=x&per_page=0`)).toEqual(
      errors({ uuid: uuid('uuid'), page: integer('page'), per_page: atLeast('per page') }),
    );
    expect(await attempt(`GET ${base}/conversations?page=0&per_page=101`)).toEqual(
      errors({ page: atLeast('page'), per_page: must('per page', 'not be greater than 100') }),
    );
  });

  test('of an acting user that is no user is refused by every route', async () => {
    for (const [route, sent] of [
      [`POST ${base}/conversations`, { body: { participant_uuid: cid.sub } }],
      [`GET ${base}/conversations`, {}],
      [`GET ${base}/conversations/${id}/messages`, {}],
      [`POST ${base}/messages`, { body: good }],
      [`PATCH ${base}/messages/${messageId}/read`, {}],
      [`POST ${base}/messages/${messageId}/reactions`, { body: { emoji: '+1' } }],
      [`GET ${base}/stats/devices`, {}],
    ] as const) {
      expect(await attempt(`${route}?userId=me`, sent)).toEqual(errors({ userId: uuid('user id') }));
    }
  });

  test('of a page past the end has nothing, however far past', async () => {
    for (const list of lists()) {
      for (const page of [500, 999_999_999]) {
        for (const per_page of [1, 100]) {
          expect(await call(`GET ${list}?page=${page}&per_page=${per_page}`)).toMatchObject({
            status: 200,
            body: { data: [], meta: { current_page: page, per_page, has_more: false } },
          });
        }
      }
    }
  });

  test('of 1 and 100 on a page, and of what nobody knows, is taken', async () => {
    for (const list of lists()) {
      const one = await call(`GET ${list}?per_page=1`);
      expect(one).toMatchObject({
        body: { data: [expect.any(Object)], meta: { current_page: 1, per_page: 1, has_more: true } },
      });
      const all = await call(`GET ${list}?per_page=100&limit=1&cursor=x&__proto__=x`);
      expect(all).toMatchObject({ status: 200, body: { meta: { per_page: 100, has_more: false } } });
    }
  });
});

test.each([
  'GET /api/v1',
  'GET /api/v1/chat',
  `GET ${base}/messages`,
  `GET ${base}/conversations/`,
  `GET ${base}/conversations/${randomUUID()}`,
  `DELETE ${base}/conversations/${randomUUID()}`,
  `POST ${base}/conversations/${randomUUID()}/messages`,
  `POST ${base}/messages/${randomUUID()}/read`,
  `DELETE ${base}/messages/${randomUUID()}`,
  `GET ${base}/stats`,
  'POST /api/v1/conversations',
] as const)('%s does not exist', async (route) => {
  expect(await attempt(route)).toMatchObject({ status: 404, body: { message: expect.any(String) }, written: 0 });
});

test('after all that, the conversation holds what was sent well, and the figures count that alone', async () => {
  const Page = z.object({ data: z.array(Message) });
  const { data } = Page.parse((await call(`GET ${base}/conversations/${id}/messages?per_page=100`)).body);
  expect(data.length).toBeGreaterThan(5);
  expect(data.filter(({ sender }) => sender?.uuid !== ann.sub)).toEqual([]);
  const counted = await call(`GET ${base}/stats/devices`);
  // One more was sent to a conversation that had been archived.
  expect(counted.body).toEqual({ data: [{ _id: 'web', count: data.length + 1 }] });
});

// The last one, as its items vanish in the background, which would be counted elsewhere.
test('a removed conversation is not there', async () => {
  const body = { type: 'group', participantIds: [bob.sub] };
  const gone = conversationIn(await callAs(ann, 'POST /conversations', { body })).id;
  const path = `/conversations/${gone}` as const;
  const sent = messageIn(await callAs(bob, `POST ${path}/messages`, { body: { text: 'x' } })).id;
  expect((await callAs(ann, `DELETE ${path}`)).status).toBe(204);
  const ask = async (route: `${string} /${string}`, asked?: Sent) => told(await call(route, asked));
  const [noConversation, noMessage] = ['Conversation', 'Message'].map((what) => message(404, `${what} not found`));
  expect(await ask(`GET ${base}${path}/messages`)).toEqual(noConversation);
  expect(await ask(`POST ${base}/messages`, { body: { ...good, conversation_uuid: gone } })).toEqual(noConversation);
  expect(await ask(`PATCH ${base}/messages/${sent}/read`)).toEqual(noMessage);
  const reaction = { body: { emoji: '+1' } };
  expect(await ask(`POST ${base}/messages/${sent}/reactions`, reaction)).toEqual(noMessage);
});
