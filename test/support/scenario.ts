import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
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

  await playDialects({ call }, acme, secret);

  // Failures too, where messages of errors are tempting.
  await call(ann, `POST ${path}/messages`, { body: `{"text":"${secret}` });
  await call(ann, `POST ${path}/messages`, { body: { text: 7, senderUserId: secret } });
  await call(undefined, `POST ${path}/messages`, { headers: { authorization: `Bearer ${secret}` } });
}

/** The same organization in the other dialects: whatever their operations do beside those of the native one. */
async function playDialects({ call }: Pick<TestCloud, 'call'>, acme: string, secret: string): Promise<void> {
  const [ann, bob] = [someone(acme), someone(acme)];
  for (const user of [ann, bob]) await call(user, 'GET /users');
  await call({ sub: 'backend', org_id: acme, roles: ['SERVICE'] }, 'PUT /platforms/other', { body: { name: secret } });

  const v2 = '/api/v2/conversations';
  const about = { entity_type: 'order', entity_id: randomUUID() };
  const made = await call(ann, `POST ${v2}`, { body: { ...about, participant_user_ids: [bob.sub] } });
  const { id } = z.object({ id: z.string() }).parse(made.body);
  await call(ann, `POST ${v2}/${id}/messages`, { body: { body: secret } });
  await call(ann, `POST ${v2}`, { body: { ...about, participant_user_ids: [bob.sub] } });
  for (const path of [v2, `${v2}/${id}`, `${v2}/${id}/messages`, `${v2}/${id}/messages?page=1`] as const) {
    await call(ann, `GET ${path}`);
  }
  await call(bob, `PATCH ${v2}/${id}`, { body: { subject: secret } });
  await call({ ...ann, roles: ['SUPER_ADMIN'] }, `GET ${v2}/${id}`);

  const v1 = '/api/v1/chat';
  const headers = { 'x-public-key': 'other' };
  await call(ann, `POST ${v1}/conversations`, { headers, body: { participant_uuid: bob.sub } });
  const text = {
    conversation_uuid: id,
    receiver_uuid: bob.sub,
    context_text: secret,
    context_type: 'file',
    attachments: [secret],
    metadata: { secret },
  };
  const sendFrom = (type: string) =>
    call(ann, `POST ${v1}/messages`, { headers, body: { ...text, device: { type, os: secret } } });
  for (const type of ['mobile', 'desktop']) await sendFrom(type);
  const sent = await sendFrom('web');
  const { data } = z.object({ data: z.object({ id: z.string() }) }).parse(sent.body);
  await call(bob, `PATCH ${v1}/messages/${data.id}/read`, { headers });
  await call(bob, `POST ${v1}/messages/${data.id}/reactions`, { headers, body: { emoji: '+1' } });
  for (const path of ['conversations', `conversations/${id}/messages`, 'stats/devices'] as const) {
    await call(bob, `GET ${v1}/${path}`, { headers });
  }
  // One more than are shown to each other.
  const crowd = { type: 'group', participantIds: Array.from({ length: 200 }, () => randomUUID()) };
  await call(ann, 'POST /conversations', { body: crowd });
  await call(ann, `GET ${v1}/conversations`, { headers });
  await call(ann, `DELETE /messages/${data.id}`);
}
