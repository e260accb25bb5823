import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { routes } from '../../core/contract/routes.ts';
import { conversationIn, messageIn, removeConversation, someone, useCloud } from '../support/cloud.ts';

const { call, cloud, logs } = useCloud();

test('functions are granted what they do and nothing else, and log every request but nothing of what it says', async () => {
  const acme = randomUUID();
  const [ann, bob] = [someone(acme), someone(acme)];
  const secret = `secret ${randomUUID()}`;
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
  for (const _ of [1, 2]) await ask(ann, 'POST /conversations', { body: direct, headers });
  const body = { type: 'group', name: secret, participantIds: [bob.sub] };
  const group = conversationIn(await ask(ann, 'POST /conversations', { body }));
  const messages = `/conversations/${group.id}/messages` as const;
  const parent = messageIn(await ask(ann, `POST ${messages}`, { body: { text: secret, clientMessageId: secret } }));
  await ask(bob, `POST ${messages}`, { body: { text: secret, replyToMessageId: parent.id } });
  // So many that to erase them takes more than one slice.
  const many = Array.from({ length: 600 }, () => randomUUID());
  const big = conversationIn(await ask(ann, 'POST /conversations', { body: { type: 'group', participantIds: many } }));
  await ask(ann, `GET ${messages}?limit=1`);
  await ask(ann, `GET /conversations/${group.id}`);
  await ask(ann, 'GET /conversations');
  await removeConversation(cloud(), big.id);
  await cloud().settled();
  // Failures too, where messages of errors are tempting.
  await ask(ann, `POST ${messages}`, { body: `{"text":"${secret}` });
  await ask(ann, `POST ${messages}`, { body: { text: 7, senderUserId: secret } });
  await ask(undefined, `POST ${messages}`, { headers: { authorization: `Bearer ${secret}` } });

  const lines = logs.map((line) => JSON.parse(line));
  expect(logs.join('\n')).not.toContain(secret);
  expect(logs.join('\n')).not.toContain('eyJ');
  const logged = new Set(lines.map(({ requestId }) => requestId));
  const unseen = requestIds.filter((id) => !logged.has(id));
  // The one that the gateway refused by itself never reached a function.
  expect(unseen).toHaveLength(1);
  expect(
    lines.filter(({ route }) => route === `POST /conversations/{id}/messages`).map(({ status }) => status),
  ).toEqual([201, 201, 400, 400]);

  const access = cloud().access();
  expect(access.size).toBe(new Set(routes.map(({ operation }) => operation)).size + 2);
  for (const [name, { granted, performed }] of access) {
    expect({ name, granted }).toEqual({ name, granted: performed });
  }
});
