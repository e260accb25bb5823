import { randomUUID } from 'node:crypto';
import { type Caller, conversationIn, messageIn, someone, type TestCloud } from './cloud.ts';

/**
 * Plays everything that any function does to the table, each thing at least once.
 * @param secret stands in whatever people write
 */
export async function playEverything(
  { call, reply }: Pick<TestCloud, 'call' | 'reply'>,
  secret: string,
): Promise<void> {
  const acme = randomUUID();
  const ann: Caller = { ...someone(acme), name: secret, email: `${randomUUID()}@secret.example` };
  const bob = someone(acme);
  const service = { sub: 'backend', org_id: acme, roles: ['SERVICE'] };
  const key = (name: string) => ({ 'idempotency-key': `${secret} ${name}` });

  await call(undefined, 'GET /health');
  const direct = { type: 'direct', name: secret, participantIds: [bob.sub] };
  const pair = conversationIn(await call(ann, 'POST /conversations', { body: direct, headers: key('1') }));
  await call(bob, `POST /conversations/${pair.id}/leave`);
  await call(ann, 'POST /conversations', { body: direct, headers: key('2') });
  const linked = { ...direct, link: { type: 'order', id: secret } };
  await call(ann, 'POST /conversations', { body: linked });
  const body = { type: 'group', name: secret, participantIds: [bob.sub] };
  const group = conversationIn(await call(ann, 'POST /conversations', { body }));
  const path = `/conversations/${group.id}` as const;

  const parent = messageIn(
    await call(ann, `POST ${path}/messages`, { body: { text: secret, clientMessageId: secret } }),
  );
  const answer = { text: secret, replyToMessageId: parent.id };
  const second = messageIn(await call(bob, `POST ${path}/messages`, { body: answer }));
  await call(ann, `GET ${path}/messages?limit=1`);
  await call(ann, `POST ${path}/read`, { body: { lastReadMessageId: second.id } });
  await call(bob, `GET ${path}/unread-count`);

  const message = `/messages/${parent.id}` as const;
  await call(ann, `GET ${message}`);
  await call(ann, `PATCH ${message}`, { body: { text: `${secret}!` } });
  for (const emoji of ['+1', '-1']) await call(ann, `POST ${message}/reactions`, { body: { emoji } });
  await call(ann, `GET ${message}/reactions`);
  await call(ann, `DELETE ${message}/reactions/+1`);
  for (const { id } of [parent, second]) await call(ann, `POST /messages/${id}/bookmarks`);
  await call(ann, 'GET /bookmarks');
  await call(ann, `DELETE ${message}/bookmarks`);
  await call(ann, `DELETE ${message}`);

  await call(ann, `GET ${path}`);
  await call(ann, `PATCH ${path}`, { body: { name: secret } });
  await call(ann, `PATCH ${path}/participants/${bob.sub}`, { body: { role: 'admin' } });
  await call(service, `POST ${path}/leave?userId=${ann.sub}`);

  // What everybody reads, and the replies to it.
  const global = { kind: 'global', name: secret, link: { type: 'order', id: secret } };
  const news = conversationIn(await call(service, 'POST /conversations', { body: global, headers: key('3') }));
  const everywhere = `/conversations/${news.id}` as const;
  const told = messageIn(await call(ann, `POST ${everywhere}/messages`, { body: { text: secret } }));
  await call(bob, `POST ${everywhere}/read`, { body: { lastReadMessageId: told.id } });
  await call(bob, `GET ${everywhere}/participants`);
  const { conversation: replies, message: replied } = await reply(bob, told, secret);
  await call(bob, `POST /conversations/${replies.id}/messages`, { body: { text: secret } });
  await call(ann, `POST /conversations/${replies.id}/read`, { body: { lastReadMessageId: replied.id } });
  await call(bob, `PATCH /messages/${replied.id}`, { body: { text: `${secret}!` } });

  // Past 200 participants and back, by each way there is.
  const many = Array.from({ length: 199 }, () => randomUUID());
  const everybody = { type: 'group', participantIds: many };
  const crowd = conversationIn(await call(ann, 'POST /conversations', { body: everybody }));
  const participants = `/conversations/${crowd.id}/participants` as const;
  await call(ann, `GET ${participants}`);
  for (const userId of [randomUUID(), randomUUID()]) await call(ann, `POST ${participants}`, { body: { userId } });
  await call(ann, `POST ${participants}`, { body: { userId: ann.sub } });
  await call(ann, `DELETE ${participants}/${many[0]}`);
  await call(ann, `DELETE ${participants}/${many[1]}`);
  await call(ann, `POST ${participants}`, { body: { userId: many[0] } });
  await call(ann, `PATCH ${participants}/${many[2]}`, { body: { role: 'admin' } });
  await call(ann, `PATCH ${participants}/${ann.sub}`, { body: { role: 'member' } });
  await call(ann, `POST /conversations/${crowd.id}/leave`);
  // So many participants that to erase them takes more than one slice.
  const most = { type: 'group', participantIds: Array.from({ length: 600 }, () => randomUUID()) };
  const big = conversationIn(await call(ann, 'POST /conversations', { body: most }));
  await call(ann, `DELETE /conversations/${big.id}`);
  await call(ann, 'GET /conversations');

  await call(ann, `GET /users/${ann.sub}`);
  await call(ann, `PUT /users/${ann.sub}`, { body: { name: secret, avatarUrl: 'https://secret.example/me.png' } });
  await call(ann, 'GET /users');
  await call(service, 'PUT /platforms/key', { body: { name: secret } });
  await call(service, 'GET /platforms/key');

  // Failures too, where messages of errors are tempting.
  await call(ann, `POST ${path}/messages`, { body: `{"text":"${secret}` });
  await call(ann, `POST ${path}/messages`, { body: { text: 7, senderUserId: secret } });
  await call(undefined, `POST ${path}/messages`, { headers: { authorization: `Bearer ${secret}` } });
}
