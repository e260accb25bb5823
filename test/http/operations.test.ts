import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { routes } from '../../core/contract/routes.ts';
import { conversationIn, messageIn, someone, useCloud } from '../support/cloud.ts';

const { call, cloud, logs } = useCloud();

test('functions are granted what they do and nothing else, and log every request but nothing of what it says', async () => {
  const acme = randomUUID();
  const secret = `secret ${randomUUID()}`;
  const ann = { ...someone(acme), name: secret, email: `${randomUUID()}@secret.example` };
  const bob = someone(acme);
  const service = { sub: 'backend', org_id: acme, roles: ['SERVICE'] };
  const requestIds: string[] = [];
  const ask: typeof call = async (...request) => {
    const answer = await call(...request);
    requestIds.push(answer.headers.get('x-request-id') ?? '');
    return answer;
  };

  // Everything that any function does to the table happens here once.
  await ask(undefined, 'GET /health');
  const headers = { 'idempotency-key': secret };
  const direct = { type: 'direct', name: secret, participantIds: [bob.sub] };
  const pair = conversationIn(await ask(ann, 'POST /conversations', { body: direct, headers }));
  await ask(bob, `POST /conversations/${pair.id}/leave`);
  await ask(ann, 'POST /conversations', { body: direct, headers: { 'idempotency-key': `${secret} 2` } });
  const body = { type: 'group', name: secret, participantIds: [bob.sub] };
  const group = conversationIn(await ask(ann, 'POST /conversations', { body }));
  const messages = `/conversations/${group.id}/messages` as const;
  const parent = messageIn(await ask(ann, `POST ${messages}`, { body: { text: secret, clientMessageId: secret } }));
  const answering = { text: secret, replyToMessageId: parent.id };
  const reply = messageIn(await ask(bob, `POST ${messages}`, { body: answering }));
  const many = Array.from({ length: 199 }, () => randomUUID());
  const crowd = conversationIn(
    await ask(ann, 'POST /conversations', { body: { type: 'group', participantIds: many } }),
  );
  await ask(ann, `GET ${messages}?limit=1`);
  await ask(ann, `GET /conversations/${group.id}`);
  await ask(ann, `PATCH /conversations/${group.id}`, { body: { name: secret } });
  await ask(ann, `PATCH /conversations/${group.id}/participants/${bob.sub}`, { body: { role: 'admin' } });
  await ask(ann, `POST /conversations/${group.id}/read`, { body: { lastReadMessageId: reply.id } });
  await ask(bob, `GET /conversations/${group.id}/unread-count`);
  // Past 200 participants and back, by each way there is.
  const participants = `/conversations/${crowd.id}/participants` as const;
  await ask(ann, `GET ${participants}`);
  for (const userId of [randomUUID(), randomUUID()]) await ask(ann, `POST ${participants}`, { body: { userId } });
  await ask(ann, `DELETE ${participants}/${many[0]}`);
  await ask(ann, `DELETE ${participants}/${many[1]}`);
  await ask(ann, `POST ${participants}`, { body: { userId: many[0] } });
  await ask(ann, `PATCH ${participants}/${many[2]}`, { body: { role: 'admin' } });
  await ask(ann, `PATCH ${participants}/${ann.sub}`, { body: { role: 'member' } });
  await ask(ann, `POST /conversations/${crowd.id}/leave`);
  await ask(service, `POST /conversations/${group.id}/leave?userId=${ann.sub}`);
  await ask(service, `DELETE /conversations/${pair.id}`);
  await ask(ann, 'GET /conversations');
  const one = `/messages/${parent.id}` as const;
  await ask(ann, `GET ${one}`);
  await ask(ann, `PATCH ${one}`, { body: { text: `${secret}!` } });
  await ask(ann, `POST ${one}/reactions`, { body: { emoji: '+1' } });
  await ask(ann, `GET ${one}/reactions`);
  await ask(ann, `DELETE ${one}/reactions/+1`);
  await ask(ann, `POST ${one}/bookmarks`);
  await ask(ann, 'GET /bookmarks');
  await ask(ann, `DELETE ${one}/bookmarks`);
  await ask(ann, `DELETE ${one}`);
  await ask(ann, `GET /users/${ann.sub}`);
  await ask(ann, `PUT /users/${ann.sub}`, { body: { name: secret, avatarUrl: 'https://secret.example/me.png' } });
  await ask(ann, 'GET /users');
  await ask(service, 'PUT /platforms/key', { body: { name: secret } });
  await ask(service, 'GET /platforms/key');
  // Failures too, where messages of errors are tempting.
  await ask(ann, `POST ${messages}`, { body: `{"text":"${secret}` });
  await ask(ann, `POST ${messages}`, { body: { text: 7, senderUserId: secret } });
  await ask(undefined, `POST ${messages}`, { headers: { authorization: `Bearer ${secret}` } });

  const lines = logs.map((line) => JSON.parse(line));
  expect(logs.join('\n')).not.toContain(secret);
  expect(logs.join('\n')).not.toContain('secret.example');
  expect(logs.join('\n')).not.toContain('eyJ');
  const logged = new Set(lines.map(({ requestId }) => requestId));
  const unseen = requestIds.filter((id) => !logged.has(id));
  // The one that the gateway refused by itself never reached a function.
  expect(unseen).toHaveLength(1);
  expect(
    lines.filter(({ route }) => route === `POST /conversations/{id}/messages`).map(({ status }) => status),
  ).toEqual([201, 201, 400, 400]);

  const access = cloud().access();
  expect(access.size).toBe(new Set(routes.map(({ operation }) => operation)).size + 1);
  for (const [name, { granted, performed }] of access) {
    expect({ name, granted }).toEqual({ name, granted: performed });
  }
});
