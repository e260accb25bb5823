import { randomUUID } from 'node:crypto';
import { DeleteItemCommand, type DynamoDBClient, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, expect, test } from 'vitest';
import { headKey } from '../../core/store/keys.ts';
import { engineClient } from '../../local/dynamodb/table.ts';
import { conversationIn, messageIn, someone, useCloud } from '../support/cloud.ts';

const { call, reply, cloud } = useCloud();

/** A group of three with some messages. */
async function conversation() {
  const acme = randomUUID();
  const [ann, bob, cid] = [someone(acme), someone(acme), someone(acme)];
  const body = { type: 'group', participantIds: [bob.sub, cid.sub] };
  const { id } = conversationIn(await call(ann, 'POST /conversations', { body }));
  for (const text of ['one', 'two', 'three']) {
    await call(ann, `POST /conversations/${id}/messages`, { body: { text } });
  }
  return { ann, id };
}

let engine: DynamoDBClient | undefined;
const client = () => {
  engine ??= engineClient(cloud().engineEndpoint);
  return engine;
};
afterAll(() => engine?.destroy());

const keyOf = (id: string) => ({ pk: { S: headKey(id).pk }, sk: { S: headKey(id).sk } });

async function countItems(id: string): Promise<number | undefined> {
  const { Count } = await client().send(
    new QueryCommand({
      TableName: cloud().tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keyOf(id).pk },
      Select: 'COUNT',
    }),
  );
  return Count;
}

test('a conversation that is removed is erased in the background, and no other one', async () => {
  const [gone, stays] = [await conversation(), await conversation()];
  const whole = await countItems(stays.id);
  expect(whole).toBeGreaterThanOrEqual(8);
  expect((await call(gone.ann, `DELETE /conversations/${gone.id}`)).status).toBe(204);
  expect(await call(gone.ann, `GET /conversations/${gone.id}`)).toMatchObject({ status: 404 });
  await cloud().settled();
  expect(await countItems(gone.id)).toBe(0);
  expect(await countItems(stays.id)).toBe(whole);
  expect((await call(gone.ann, 'GET /conversations')).body).toEqual([]);
  expect((await call(stays.ann, 'GET /conversations')).body).toHaveLength(1);
});

test('with a conversation the replies to its messages are erased, also where nobody was added', async () => {
  const acme = randomUUID();
  const [sue, ann] = [{ ...someone(acme), roles: ['SUPER_ADMIN'] }, someone(acme)];
  const { id } = conversationIn(await call(sue, 'POST /conversations', { body: { kind: 'global' } }));
  const replies: string[] = [];
  for (const text of ['one', 'two']) {
    const message = messageIn(await call(ann, `POST /conversations/${id}/messages`, { body: { text } }));
    replies.push((await reply(sue, message, 'well')).conversation.id);
    await call(sue, `POST /conversations/${id}/read`, { body: { lastReadMessageId: message.id } });
  }
  const counts = () => Promise.all([id, ...replies].map(countItems));
  // Heads, messages and positions.
  expect(await counts()).toEqual([5, 3, 3]);
  expect((await call(sue, `DELETE /conversations/${id}`)).status).toBe(204);
  await cloud().settled();
  expect(await counts()).toEqual([0, 0, 0]);
});

test('what is left of a conversation that was never finished is erased once its head’s time has come', async () => {
  const { id } = await conversation();
  const whole = await countItems(id);
  const Key = keyOf(id);
  await client().send(
    new UpdateItemCommand({
      TableName: cloud().tableName,
      Key,
      UpdateExpression: 'SET #status = :forming',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':forming': { S: 'forming' } },
    }),
  );
  await cloud().settled();
  expect(await countItems(id)).toBe(whole);
  // The engine removes nothing that is past its time.
  await client().send(new DeleteItemCommand({ TableName: cloud().tableName, Key }));
  await cloud().settled();
  expect(await countItems(id)).toBe(0);
});
