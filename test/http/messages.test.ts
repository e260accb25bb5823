import { randomUUID } from 'node:crypto';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { limits } from '../../core/contract/limits.ts';
import { Bookmarked } from '../../core/contract/native/bookmark.ts';
import { Message } from '../../core/contract/native/message.ts';
import { Reaction } from '../../core/contract/native/reaction.ts';
import { messageKey } from '../../core/store/keys.ts';
import { engineClient } from '../../local/dynamodb/table.ts';
import { type Answer, conversationIn, messageIn, someone, useCloud } from '../support/cloud.ts';
import { isoTime, uuid } from '../support/shapes.ts';

const { call, cloud } = useCloud();

const acme = randomUUID();
const [ann, bob] = [someone(acme), someone(acme)];

const newGroup = async (): Promise<string> =>
  conversationIn(await call(ann, 'POST /conversations', { body: { type: 'group', participantIds: [bob.sub] } })).id;

const sentTo = async (id: string, text: string) =>
  messageIn(await call(bob, `POST /conversations/${id}/messages`, { body: { text } }));

/** The path and query of the next page, if there is one. */
const nextOf = ({ headers }: Answer) => {
  const [, next] = /^<(\/[^>]+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
  return next as `/${string}` | undefined;
};

test('a message is got, edited by its sender, and deleted', async () => {
  const sent = await sentTo(await newGroup(), 'hello');
  const path = `/messages/${sent.id.toUpperCase()}` as const;
  expect(await call(ann, `GET ${path}`)).toMatchObject({ status: 200, body: sent });

  const edited = await call(bob, `PATCH ${path}`, { body: { text: ' hello \n' } });
  expect(edited).toMatchObject({ status: 200 });
  expect(edited.body).toEqual({ ...sent, text: ' hello \n', editedAt: isoTime, revision: 2 });
  const refused = await call(ann, `PATCH ${path}`, { body: { text: 'x' } });
  expect(refused).toMatchObject({ status: 403, body: { error: 'forbidden' } });

  for (const _ of [1, 2]) {
    const deleted = await call(ann, `DELETE ${path}`);
    expect(deleted).toMatchObject({ status: 204, body: undefined });
    expect(deleted.headers.get('content-length')).toBeNull();
    expect(deleted.headers.get('x-request-id')).toMatch(/^[\w-]{10,}$/);
  }
  const got = await call(bob, `GET ${path}`);
  expect(got.body).toEqual({ ...messageIn(edited), text: null, deletedAt: isoTime, revision: 3 });
  const late = await call(bob, `PATCH ${path}`, { body: { text: 'x' } });
  expect(late).toMatchObject({ status: 409, body: { error: 'conflict' } });
  const missing = await call(bob, `GET /messages/${randomUUID()}`);
  expect(missing).toMatchObject({ status: 404, body: { error: 'not_found', message: 'Message not found' } });
});

test('a reaction is answered by 201 once and by 200 again, and is shown with its message until it is taken back', async () => {
  const { id } = await sentTo(await newGroup(), 'hello');
  const path = `/messages/${id}/reactions` as const;
  const added = await call(ann, `POST ${path}`, { body: { emoji: '\u{1F469}\u200D\u{1F680}' } });
  expect(added).toMatchObject({ status: 201 });
  expect(added.body).toEqual({
    id: uuid,
    messageId: id,
    userId: ann.sub,
    emoji: '\u{1F469}\u200D\u{1F680}',
    createdAt: isoTime,
  });
  expect(await call(ann, `POST ${path}`, { body: { emoji: '\u{1F469}\u200D\u{1F680}' } })).toMatchObject({
    status: 200,
    body: added.body,
  });
  expect(await call(bob, `GET ${path}`)).toMatchObject({ status: 200, body: [added.body] });
  expect((await call(bob, `GET /messages/${id}`)).body).toMatchObject({ reactions: [added.body], revision: 2 });

  const own = `${path}/${encodeURIComponent('\u{1F469}\u200D\u{1F680}')}` as const;
  const missing = { status: 404, body: { error: 'not_found', message: 'Reaction not found' } };
  expect(await call(bob, `DELETE ${own}`)).toMatchObject(missing);
  expect(await call(ann, `DELETE ${own}`)).toMatchObject({ status: 200, body: added.body });
  expect(await call(ann, `DELETE ${own}`)).toMatchObject(missing);
  expect((await call(bob, `GET ${path}`)).body).toEqual([]);
});

test.each(['/', '%', '%2F', '?', '#', '+', '"', 'a b'])('a path names the emoji %j percent-encoded', async (emoji) => {
  const { id } = await sentTo(await newGroup(), 'hello');
  const added = await call(ann, `POST /messages/${id}/reactions`, { body: { emoji } });
  expect(added).toMatchObject({ status: 201, body: { emoji } });
  const removed = await call(ann, `DELETE /messages/${id}/reactions/${encodeURIComponent(emoji)}`);
  expect(removed).toMatchObject({ status: 200, body: added.body });
});

test('a bookmark is answered by 201 once and by 200 again, and listed for its user alone', async () => {
  const conversation = await newGroup();
  const messages = [await sentTo(conversation, 'one'), await sentTo(conversation, 'two')];
  const marked: z.infer<typeof Bookmarked>['bookmark'][] = [];
  for (const { id } of messages) {
    const added = await call(ann, `POST /messages/${id}/bookmarks`);
    expect(added).toMatchObject({ status: 201 });
    expect(added.body).toEqual({
      status: 'bookmarked',
      bookmark: { id: uuid, messageId: id, userId: ann.sub, createdAt: isoTime },
    });
    expect(await call(ann, `POST /messages/${id}/bookmarks`)).toMatchObject({ status: 200, body: added.body });
    marked.push(Bookmarked.parse(added.body).bookmark);
  }
  const shown = messages.map(({ id, text, createdAt }, at) => ({
    messageId: id,
    conversationId: conversation,
    text,
    createdAt: marked[at]?.createdAt,
    messageCreatedAt: createdAt,
  }));
  const first = await call(ann, 'GET /bookmarks?limit=1');
  expect(first).toMatchObject({ status: 200, body: [shown[1]] });
  const second = await call(ann, `GET ${nextOf(first) ?? '/'}`);
  expect(second).toMatchObject({ status: 200, body: [shown[0]] });
  expect(nextOf(second)).toBeUndefined();
  expect((await call(bob, 'GET /bookmarks')).body).toEqual([]);

  const path = `/messages/${messages[0]?.id}/bookmarks` as const;
  expect(await call(ann, `DELETE ${path}`)).toMatchObject({ status: 200, body: { status: 'unbookmarked' } });
  const missing = { status: 404, body: { error: 'not_found', message: 'Bookmark not found' } };
  expect(await call(ann, `DELETE ${path}`)).toMatchObject(missing);
  expect((await call(ann, 'GET /bookmarks')).body).toEqual([shown[1]]);
});

test('a page ends before its answer is too large, and its links lead to everything once', async () => {
  const conversation = await newGroup();
  const [count, most] = [24, '"'.repeat(limits.emojiBytes)];
  const client = DynamoDBDocumentClient.from(engineClient(cloud().engineEndpoint));
  for (let at = 0; at < count; at += 1) {
    const { id } = await sentTo(conversation, '"'.repeat(limits.text));
    const names = Array.from({ length: limits.reactions }, () => `${randomUUID()}#${most}`);
    await client.send(
      new UpdateCommand({
        TableName: cloud().tableName,
        Key: messageKey(id),
        UpdateExpression: 'SET reactions = :reactions',
        ExpressionAttributeValues: { ':reactions': Object.fromEntries(names.map((name) => [name, 1])) },
      }),
    );
  }
  client.destroy();

  for (const order of ['', '&after=1970-01-01T00:00:00Z']) {
    const seqs: number[] = [];
    let path: `/${string}` | undefined = `/conversations/${conversation}/messages?limit=100${order}`;
    while (path) {
      const answer: Answer = await call(ann, `GET ${path}`);
      expect(answer.status).toBe(200);
      const page = z.array(Message).parse(answer.body);
      expect(page.every(({ reactions }) => reactions.length === limits.reactions)).toBe(true);
      seqs.push(...page.map(({ seq }) => seq));
      path = nextOf(answer);
      // The last one holds what is left.
      if (path) expect(page.length).toBeGreaterThan(5);
    }
    const oldestFirst = Array.from({ length: count }, (_, at) => at + 1);
    expect(seqs).toEqual(order === '' ? oldestFirst.toReversed() : oldestFirst);
  }
  const [{ id } = { id: '' }] = z
    .array(Message)
    .parse((await call(ann, `GET /conversations/${conversation}/messages?limit=1`)).body);
  const all = await call(bob, `GET /messages/${id}/reactions`);
  expect(z.array(Reaction).parse(all.body)).toHaveLength(limits.reactions);
});
