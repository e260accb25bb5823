import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { conversationIn, messageIn, someone, useCloud } from '../support/cloud.ts';
import { isoTime, uuid } from '../support/shapes.ts';

const { call, cloud } = useCloud();

const acme = randomUUID();
const [ann, bob] = [someone(acme), someone(acme)];
const service = { sub: 'backend', org_id: acme, roles: ['SERVICE'] };

const newGroup = async (): Promise<string> =>
  conversationIn(await call(ann, 'POST /conversations', { body: { type: 'group', participantIds: [bob.sub] } })).id;

test('a participant is added, listed, made admin, removed, added again as the same, and leaves', async () => {
  const id = await newGroup();
  const cleo = someone(acme);
  const participants = `/conversations/${id}/participants` as const;
  const added = await call(ann, `POST ${participants}`, { body: { userId: cleo.sub.toUpperCase(), role: null } });
  expect(added.status).toBe(201);
  const participant = {
    id: uuid,
    conversationId: id,
    userId: cleo.sub,
    role: 'member',
    joinedAt: isoTime,
    leftAt: null,
  };
  expect(added.body).toEqual(participant);
  expect(await call(cleo, `POST ${participants}`, { body: { userId: randomUUID() } })).toMatchObject({
    status: 403,
    body: { error: 'forbidden', message: 'Only an admin may do that' },
  });

  const listed = await call(bob, `GET ${participants}?limit=2`);
  expect(listed.body).toHaveLength(2);
  const next = /<(.*)>; rel="next"/.exec(listed.headers.get('link') ?? '')?.[1] ?? '';
  const rest = await call(bob, `GET /${next.slice(1)}`);
  expect(rest.headers.get('link')).toBeNull();
  expect([listed.body, rest.body].flat()).toContainEqual(added.body);

  const one = `${participants}/${cleo.sub}` as const;
  expect(await call(ann, `PATCH ${one}`, { body: { role: 'admin' } })).toMatchObject({
    status: 200,
    body: { ...participant, role: 'admin' },
  });
  const removed = await call(ann, `DELETE ${one}`);
  expect(removed).toMatchObject({ status: 200, body: { userId: cleo.sub, leftAt: isoTime } });
  expect(await call(ann, `DELETE ${one}`)).toMatchObject({
    status: 404,
    body: { error: 'not_found', message: 'Participant not found' },
  });
  const again = await call(service, `POST ${participants}`, { body: { userId: cleo.sub, role: 'admin' } });
  expect(again.body).toMatchObject({ id: (added.body as { id: string }).id, role: 'admin', leftAt: null });
  const left = await call(cleo, `POST /conversations/${id}/leave`);
  expect(left).toMatchObject({ status: 200, body: { ...participant, role: 'admin', leftAt: isoTime } });

  const messages = await call(ann, `GET /conversations/${id}/messages?after=1970-01-01T00:00:00Z`);
  expect(messages.body).toMatchObject(
    ['join', 'leave', 'join', 'leave'].map((systemEvent, at) => ({
      type: 'system',
      systemEvent,
      text: expect.stringContaining(cleo.sub),
      senderUserId: null,
      seq: at + 1,
    })),
  );
  expect(await call(ann, `GET /conversations/${id}`)).toMatchObject({ body: { participantCount: 2, lastSeq: 4 } });
});

test('an add under a key answers the same again', async () => {
  const id = await newGroup();
  const sent = { body: { userId: randomUUID() }, headers: { 'idempotency-key': 'k' } };
  const first = await call(ann, `POST /conversations/${id}/participants`, sent);
  const again = await call(ann, `POST /conversations/${id}/participants`, sent);
  expect(again).toMatchObject({ status: 201, body: first.body as object });
  const other = { ...sent, body: { userId: randomUUID() } };
  expect(await call(ann, `POST /conversations/${id}/participants`, other)).toMatchObject({ status: 409 });
});

test('messages are unread until they are read; a service reads for others', async () => {
  const id = await newGroup();
  const send = async (text: string) =>
    messageIn(await call(ann, `POST /conversations/${id}/messages`, { body: { text } })).id;
  const [first, second] = [await send('one'), await send('two')];
  const unread = async () => (await call(bob, `GET /conversations/${id}/unread-count?userId=${bob.sub}`)).body;
  expect(await unread()).toEqual({ unreadCount: 2 });
  const mark = (lastReadMessageId: string) =>
    call(bob, `POST /conversations/${id}/read`, { body: { userId: bob.sub, lastReadMessageId } });
  const read = { id: uuid, conversationId: id, userId: bob.sub, lastReadMessageId: second, updatedAt: isoTime };
  const marked = await mark(second);
  expect(marked.status).toBe(200);
  expect(marked.body).toEqual({ status: 'ok', read });
  expect(await unread()).toEqual({ unreadCount: 0 });
  const back = await mark(first);
  expect([back.status, back.body]).toEqual([200, marked.body]);

  await send('three');
  const last = await send('four');
  const served = `/conversations/${id}/unread-count` as const;
  expect((await call(service, `GET ${served}?userId=${bob.sub}`)).body).toEqual({ unreadCount: 2 });
  expect(await call(service, `GET ${served}`)).toMatchObject({ status: 400, body: { details: [{ path: 'userId' }] } });
  expect(await call(ann, `GET ${served}?userId=${bob.sub}`)).toMatchObject({ status: 403 });
  const body = { userId: bob.sub, lastReadMessageId: last };
  expect((await call(service, `POST /conversations/${id}/read`, { body })).status).toBe(200);
  expect(await unread()).toEqual({ unreadCount: 0 });
});

test('a conversation is renamed, archived, opened again, and removed', async () => {
  const id = await newGroup();
  const path = `/conversations/${id}` as const;
  const renamed = await call(ann, `PATCH ${path}`, { body: { name: 'Lunch', status: 'archived' } });
  expect(renamed).toMatchObject({ status: 200, body: { id, name: 'Lunch', status: 'archived', participantCount: 2 } });
  expect(renamed.body).toEqual((await call(bob, `GET ${path}`)).body);
  const send = { body: { text: 'x' } };
  expect(await call(bob, `POST ${path}/messages`, send)).toMatchObject({ status: 409, body: { error: 'conflict' } });
  expect(await call(ann, `PATCH ${path}`, { body: { name: null, status: 'active' } })).toMatchObject({
    body: { name: null, status: 'active' },
  });
  expect((await call(bob, `POST ${path}/messages`, send)).status).toBe(201);

  expect(await call(bob, `DELETE ${path}`)).toMatchObject({ status: 403 });
  const answer = await fetch(`${cloud().url}${path}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${await cloud().token({ ...ann })}` },
  });
  expect([answer.status, await answer.text()]).toEqual([204, '']);
  expect(answer.headers.get('x-request-id')).toEqual(expect.any(String));
  for (const caller of [ann, bob, service]) {
    expect(await call(caller, `GET ${path}`)).toMatchObject({
      status: 404,
      body: { error: 'not_found', message: 'Conversation not found' },
    });
  }
  expect((await call(ann, `DELETE ${path}`)).status).toBe(404);
});

test('a direct conversation takes no third participant and loses none by another', async () => {
  const body = { type: 'direct', participantIds: [bob.sub] };
  const { id } = conversationIn(await call(ann, 'POST /conversations', { body }));
  const third = { body: { userId: randomUUID() } };
  const participants = `/conversations/${id}/participants` as const;
  expect(await call(ann, `POST ${participants}`, third)).toMatchObject({ status: 409 });
  expect(await call(ann, `DELETE ${participants}/${bob.sub}`)).toMatchObject({ status: 403 });
  expect(await call(service, `DELETE ${participants}/${bob.sub}`)).toMatchObject({ status: 403 });
  expect((await call(bob, `POST /conversations/${id}/leave`)).status).toBe(200);
  const again = await call(ann, 'POST /conversations', { body });
  expect(again).toMatchObject({ status: 200, body: { id, participantCount: 2 } });
});
