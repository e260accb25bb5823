import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { Message } from '../../core/contract/native/message.ts';
import { type Answer, conversationIn, messageIn, someone, useCloud } from '../support/cloud.ts';
import { isoTime, uuid } from '../support/shapes.ts';

const { call, cloud } = useCloud();

const acme = randomUUID();
const [ann, bob] = [someone(acme), someone(acme)];

const newGroup = async (): Promise<string> =>
  conversationIn(await call(ann, 'POST /conversations', { body: { type: 'group', participantIds: [bob.sub] } })).id;

test('a conversation is created, written in, and read by the other one', async () => {
  const created = await call(ann, 'POST /conversations', {
    body: { type: 'group', name: 'Lunch', participantIds: [ann.sub, bob.sub], link: { type: 'order', id: '7' } },
  });
  expect(created.status).toBe(201);
  const { id, createdAt } = conversationIn(created);
  expect(created.body).toEqual({
    id: uuid,
    type: 'group',
    kind: 'group',
    name: 'Lunch',
    status: 'active',
    ownerId: ann.sub,
    link: { type: 'order', id: '7' },
    createdAt: isoTime,
    lastMessageAt: null,
    lastSeq: 0,
    participantCount: 2,
    participants: [ann, bob].map(({ sub }) => ({
      id: uuid,
      conversationId: id,
      userId: sub,
      role: sub === ann.sub ? 'admin' : 'member',
      joinedAt: createdAt,
      leftAt: null,
    })),
  });

  const sent = await call(bob, `POST /conversations/${id}/messages`, { body: { text: ' Tacos? \n\u{1F32E} ' } });
  expect(sent.status).toBe(201);
  expect(sent.body).toEqual({
    id: uuid,
    conversationId: id,
    senderUserId: bob.sub,
    type: 'text',
    text: ' Tacos? \n\u{1F32E} ',
    replyToMessageId: null,
    systemEvent: null,
    createdAt: isoTime,
    seq: 1,
    revision: 1,
    editedAt: null,
    deletedAt: null,
    reactions: [],
  });
  const reply = await call(ann, `POST /conversations/${id}/messages`, {
    body: { text: 'Yes', replyToMessageId: messageIn(sent).id.toUpperCase(), senderUserId: ann.sub.toUpperCase() },
  });
  expect(reply.body).toMatchObject({ seq: 2, replyToMessageId: messageIn(sent).id });

  const read = await call(ann, `GET /conversations/${id}/messages`);
  expect(read.status).toBe(200);
  expect(read.body).toEqual([reply.body, sent.body]);
  expect(read.headers.get('link')).toBeNull();
  const got = await call(bob, `GET /conversations/${id.toUpperCase()}`);
  const lastMessageAt = messageIn(reply).createdAt;
  expect(got.body).toEqual({ ...conversationIn(created), lastSeq: 2, lastMessageAt });
  const list = await call(bob, `GET /conversations?userId=${bob.sub}`);
  expect(list.body).toEqual([got.body]);
});

test('a direct conversation is answered by 201 once, and by 200 again', async () => {
  const body = { type: 'direct', name: null, participantIds: [bob.sub] };
  const [first, second] = [
    await call(ann, 'POST /conversations', { body }),
    await call(bob, 'POST /conversations', { body: { ...body, participantIds: [ann.sub] } }),
  ];
  expect([first.status, second.status]).toEqual([201, 200]);
  expect(second.body).toEqual(first.body);
  expect(first.body).toMatchObject({ type: 'direct', kind: 'direct', ownerId: null });
});

test('a retry under a key gets the first answer, status included', async () => {
  const id = await newGroup();
  const headers = { 'Idempotency-Key': 'try-1' };
  const body = { text: 'once', clientMessageId: 'c-1' };
  const first = await call(ann, `POST /conversations/${id}/messages`, { body, headers });
  const again = await call(ann, `POST /conversations/${id}/messages`, { body, headers });
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect(messageIn(first).clientMessageId).toBe('c-1');
  const seen = await call(bob, `GET /conversations/${id}/messages`);
  const { clientMessageId: _, ...shown } = messageIn(first);
  expect(seen.body).toEqual([shown]);
  const reused = await call(ann, `POST /conversations/${id}/messages`, { body: { ...body, text: 'twice' }, headers });
  expect(reused).toMatchObject({ status: 409, body: { error: 'conflict', requestId: expect.any(String) } });
});

test('pages link to the next one by a reference relative to the request', async () => {
  const id = await newGroup();
  for (let at = 1; at <= 7; at += 1) await call(ann, `POST /conversations/${id}/messages`, { body: { text: `${at}` } });
  const follow = async (start: string) => {
    const texts: string[][] = [];
    let path: string | undefined = start;
    while (path) {
      const answer: Answer = await call(bob, `GET ${path as `/${string}`}`);
      expect(answer.status).toBe(200);
      texts.push(
        z
          .array(Message)
          .parse(answer.body)
          .map(({ text }) => text ?? ''),
      );
      const [, next] = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '') ?? [];
      if (next) expect(next.startsWith('http')).toBe(false);
      const url: URL | undefined = next ? new URL(next, cloud().url + path) : undefined;
      path = url && url.pathname + url.search;
    }
    return texts;
  };
  expect(await follow(`/conversations/${id}/messages?limit=3`)).toEqual([['7', '6', '5'], ['4', '3', '2'], ['1']]);
  const { headers } = await call(bob, `GET /conversations/${id}/messages?limit=3&unknown=x&userId=${bob.sub}`);
  expect(headers.get('link')).toMatch(new RegExp(`\\?limit=3&userId=${bob.sub}&cursor=[\\w-]+>`));
  const past = encodeURIComponent('1999-12-31T23:00:00+02:00');
  expect(await follow(`/conversations/${id}/messages?limit=4&after=${past}&userId=${bob.sub}`)).toEqual([
    ['1', '2', '3', '4'],
    ['5', '6', '7'],
  ]);
});

test('health needs no token, and every answer carries its request id', async () => {
  const health = await call(undefined, 'GET /health');
  expect(health).toMatchObject({ status: 200, body: { status: 'ok' } });
  for (const answer of [health, await call(ann, 'GET /conversations'), await call(undefined, 'GET /nowhere')]) {
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{10,}$/);
  }
});

test('a browser of any origin may call the laptop', async () => {
  const preflight = await fetch(`${cloud().url}/conversations`, {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,idempotency-key',
    },
  });
  expect(preflight.ok).toBe(true);
  expect(preflight.headers.get('x-request-id')).toBe(preflight.headers.get('x-amzn-requestid'));
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('idempotency-key');
  const headers = { origin: 'https://app.example' };
  for (const answer of [
    await call(ann, 'GET /conversations', { headers }),
    await call(undefined, 'GET /conversations', { headers }),
  ]) {
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-expose-headers')?.toLowerCase()).toContain('x-request-id');
  }
});

test('a service names whom it acts for in any place that a route has for it', async () => {
  const service = { sub: 'backend', org_id: acme, roles: ['SERVICE'] };
  const id = await newGroup();
  const messages = `/conversations/${id}/messages` as const;
  const sent = await call(service, `POST ${messages}?userId=${bob.sub}`, { body: { text: 'as Bob' } });
  expect(sent).toMatchObject({ status: 201, body: { senderUserId: bob.sub } });
  const both = { body: { text: 'x', senderUserId: ann.sub } };
  expect(await call(service, `POST ${messages}?userId=${bob.sub}`, both)).toMatchObject({
    status: 400,
    body: { details: [{ path: 'senderUserId' }] },
  });
  expect((await call(service, `POST ${messages}?userId=${ann.sub}`, both)).status).toBe(201);
  const stranger = randomUUID();
  for (const path of [`/conversations/${id}`, messages] as const) {
    expect((await call(service, `GET ${path}`)).status).toBe(200);
    expect((await call(service, `GET ${path}?userId=${ann.sub}`)).status).toBe(200);
    expect((await call(service, `GET ${path}?userId=${stranger}`)).status).toBe(403);
  }
});

test('a group created twice under one key is one group, answered alike', async () => {
  const create = () =>
    call(ann, 'POST /conversations', {
      body: { type: 'group', participantIds: [bob.sub] },
      headers: { 'idempotency-key': 'group-1' },
    });
  const [first, again] = [await create(), await create()];
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  expect(first.headers.get('content-type')).toBe('application/json');
});

test('the scheme of a token is written in any case', async () => {
  for (const scheme of ['bearer', 'BEARER']) {
    const headers = { authorization: `${scheme} ${await cloud().token({ ...ann })}` };
    expect((await call(undefined, 'GET /conversations', { headers })).status).toBe(200);
  }
});
