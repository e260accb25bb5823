import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { Conversation } from '../../core/contract/native/conversation.ts';
import { Conversation as V2Conversation } from '../../core/contract/v2/conversation.ts';
import { conversationIn, someone, useCloud } from '../support/cloud.ts';

const cloud = useCloud();
const { call } = cloud;

const idsIn = (body: unknown): string[] =>
  z
    .array(Conversation)
    .parse(body)
    .map(({ id }) => id);

test('a link is the same in each dialect, however its UUID is written', async () => {
  const ann = someone(randomUUID());
  const bob = someone(ann.org_id ?? '');
  const entity = randomUUID();
  const link = { type: 'Order', id: entity.toUpperCase() };
  const body = { type: 'direct', participantIds: [bob.sub], link };
  const made = conversationIn(await call(ann, 'POST /conversations', { body }));
  expect(made.link).toEqual({ type: 'Order', id: entity });

  for (const entity_id of [entity, entity.toUpperCase()]) {
    const about = { entity_type: 'Order', entity_id };
    const again = await call(bob, 'POST /api/v2/conversations', {
      body: { participant_user_ids: [ann.sub], ...about },
    });
    expect({ status: again.status, body: again.body }).toMatchObject({ status: 200, body: { id: made.id } });
    const { body: listed } = await call(ann, `GET /api/v2/conversations?entity_id=${entity_id}`);
    expect(z.array(V2Conversation).parse(listed)).toMatchObject([
      { id: made.id, entity_type: 'Order', entity_id: entity },
    ]);
    expect(idsIn((await call(ann, `GET /conversations?linkId=${entity_id}`)).body)).toEqual([made.id]);
  }
});

test('a native list is of one type of link, of one id, or of both', async () => {
  const ann = someone(randomUUID());
  const create = async (link: object | null) => {
    const body = { type: 'group', participantIds: [randomUUID()], link };
    return conversationIn(await call(ann, 'POST /conversations', { body })).id;
  };
  const [order, ticket, other] = [
    await create({ type: 'order', id: '7' }),
    await create({ type: 'ticket', id: '7' }),
    await create({ type: 'order', id: '8' }),
  ];
  const plain = await create(null);
  const list = async (query: string) => idsIn((await call(ann, `GET /conversations?${query}`)).body);
  expect(await list('')).toEqual([plain, other, ticket, order]);
  expect(await list('linkType=order')).toEqual([other, order]);
  expect(await list('linkId=7')).toEqual([ticket, order]);
  expect(await list('linkType=order&linkId=7')).toEqual([order]);
  expect(await list('linkType=Order')).toEqual([]);
  const first = await call(ann, 'GET /conversations?linkType=order&limit=1');
  const next = /<(\/[^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  expect(idsIn(first.body)).toEqual([other]);
  expect(idsIn((await call(ann, `GET /${next.slice(1)}`)).body)).toEqual([order]);
});
