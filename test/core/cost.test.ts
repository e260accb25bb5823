import { randomUUID } from 'node:crypto';
import { BatchWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import { nextMessage } from '../../core/domain/message.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { getConversation } from '../../core/operations/get-conversation.ts';
import { readConversation } from '../../core/store/conversations.ts';
import { headKey, messageKey } from '../../core/store/keys.ts';
import { putMessage } from '../../core/store/messages.ts';
import {
  bookmark,
  bookmarks,
  conversations,
  create,
  edit,
  get,
  page,
  react,
  reactions,
  remove,
  send,
  takeBack,
  unbookmark,
} from '../support/flow.ts';
import { userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const words = (length: number) => 'word '.repeat(length / 5);

async function world() {
  const recorder = new Recorder();
  const deps = depsOf(await openTable({ client: recorder.watch }));
  return { recorder, deps, ann: userOf(randomUUID()) };
}

const others = (count: number) => Array.from({ length: count }, () => randomUUID());

/** Gives a conversation a long past, in bulk: the items are those that sends would have left. */
async function withPast(deps: Deps, conversationId: string, organization: string, senderId: string, count: number) {
  const { table, now } = deps;
  const found = await readConversation(table, organization, conversationId, undefined);
  if (!found) throw new Error('no conversation');
  let conversation = found.conversation;
  const items = [];
  for (let at = 0; at < count; at += 1) {
    const draft = { senderId, text: words(200), replyToMessageId: null, clientMessageId: null };
    const message = nextMessage(conversation, draft, now());
    items.push({ PutRequest: { Item: putMessage(message).Put?.Item } });
    conversation = {
      ...conversation,
      lastSeq: message.seq,
      lastOrdinal: message.ordinal,
      lastMessageAt: message.createdAt,
    };
  }
  for (let start = 0; start < items.length; start += 25) {
    await table.client.send(new BatchWriteCommand({ RequestItems: { [table.name]: items.slice(start, start + 25) } }));
  }
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: headKey(conversationId),
      UpdateExpression: 'SET lastSeq = :seq, lastOrdinal = :ordinal, lastMessageAt = :at',
      ExpressionAttributeValues: {
        ':seq': conversation.lastSeq,
        ':ordinal': conversation.lastOrdinal,
        ':at': conversation.lastMessageAt,
      },
    }),
  );
}

describe.each([2, 50])('with %i participants', (participants) => {
  test.each([100, 10_000])('and %i earlier messages, every step of the flow costs the same', async (earlier) => {
    const { recorder, deps, ann } = await world();
    const name = 'A name of some length, as people give them';
    const { conversation } = await create(deps, ann, { name, participantIds: others(participants - 1) });
    const { id } = conversation;
    await withPast(deps, id, ann.organization, ann.subject, earlier);

    const plain = await recorder.cost(() => send(deps, ann, id, words(200)));
    expect(plain).toMatchObject({ writes: 6, reads: 1, trips: 2 });
    const keyed = await recorder.cost(() => send(deps, ann, id, words(200), { idempotencyKey: randomUUID() }));
    expect(keyed).toMatchObject({ writes: 8, reads: 1, trips: 2 });
    const own = await recorder.cost(() => send(deps, ann, id, words(200), { clientMessageId: randomUUID() }));
    expect(own).toMatchObject({ writes: 8, reads: 1, trips: 2 });
    const keys = { clientMessageId: randomUUID(), idempotencyKey: randomUUID() };
    const both = await recorder.cost(() => send(deps, ann, id, words(200), keys));
    expect(both).toMatchObject({ writes: 10, reads: 1, trips: 2 });

    const got = await recorder.cost(() => getConversation(deps, ann, { id, actingUserId: undefined }));
    expect(got.trips).toBe(1);
    expect(got.writes).toBe(0);
    expect(got.reads).toBeLessThanOrEqual(participants === 2 ? 3 : 4);

    const read = await recorder.cost(() => page(deps, ann, id, { limit: 50 }));
    expect(read.result.messages).toHaveLength(50);
    expect(read).toMatchObject({ trips: 1, writes: 0 });
    expect(read.reads).toBeLessThanOrEqual(8);
  });
});

test('of 200 participants a conversation costs what their roster weighs', async () => {
  const { recorder, deps, ann } = await world();
  const { conversation } = await create(deps, ann, { participantIds: others(199) });
  const got = await recorder.cost(() => getConversation(deps, ann, { id: conversation.id, actingUserId: undefined }));
  expect(got.result.participants).toHaveLength(200);
  expect(got).toMatchObject({ reads: 6, writes: 0, trips: 1 });
});

test('a long message costs what its size adds, and no more', async () => {
  const { recorder, deps, ann } = await world();
  const { conversation } = await create(deps, ann);
  const long = await recorder.cost(() => send(deps, ann, conversation.id, words(5_000)));
  // 5,000 bytes and the message's other attributes are six kilobytes: ten units more than one, in a transaction.
  expect(long).toMatchObject({ writes: 16, reads: 1, trips: 2 });
});

test('a reply reads its parent beside the conversation, and costs no trip more', async () => {
  const { recorder, deps, ann } = await world();
  const { conversation } = await create(deps, ann);
  const parent = await send(deps, ann, conversation.id, words(200));
  const reply = await recorder.cost(() =>
    send(deps, ann, conversation.id, words(200), { replyToMessageId: parent.id }),
  );
  expect(reply).toMatchObject({ writes: 6, reads: 2, trips: 2 });
});

test('a list of 50 conversations of ten takes two trips', async () => {
  const { recorder, deps, ann } = await world();
  for (let at = 0; at < 50; at += 1) await create(deps, ann, { participantIds: others(9) });
  const listed = await recorder.cost(() => conversations(deps, ann));
  expect(listed.result.conversations).toHaveLength(50);
  expect(listed.result.conversations.every(({ participants }) => participants.length === 10)).toBe(true);
  expect(listed).toMatchObject({ trips: 2, writes: 0 });
  expect(listed.reads).toBeLessThanOrEqual(60);
});

test('a page of 1,000 conversations takes three trips', async () => {
  const { recorder, deps, ann } = await world();
  for (let at = 0; at < 1_000; at += 20) {
    await Promise.all(Array.from({ length: 20 }, () => create(deps, ann, { participantIds: others(1) })));
  }
  const listed = await recorder.cost(() => conversations(deps, ann));
  expect(listed.result.conversations).toHaveLength(50);
  expect(listed.result.next).toBeDefined();
  expect(listed).toMatchObject({ trips: 3, writes: 0 });
});

test.each([
  [2, 10],
  [80, 1_000],
])('of %i participants and %i messages, what is done to one message costs the same', async (participants, earlier) => {
  const { recorder, deps, ann } = await world();
  const { conversation } = await create(deps, ann, { participantIds: others(participants - 1) });
  await withPast(deps, conversation.id, ann.organization, ann.subject, earlier);
  const { id } = await send(deps, ann, conversation.id, words(200));
  const read = { reads: 3, writes: 0, trips: 1 };
  expect(await recorder.cost(() => get(deps, ann, id))).toMatchObject(read);
  expect(await recorder.cost(() => reactions(deps, ann, id))).toMatchObject(read);
  // Two units for the message, two for the check that its changer takes part.
  const change = { reads: 3, writes: 4, trips: 2 };
  expect(await recorder.cost(() => react(deps, ann, id, '+1'))).toMatchObject(change);
  expect(await recorder.cost(() => react(deps, ann, id, '+1'))).toMatchObject(read);
  expect(await recorder.cost(() => takeBack(deps, ann, id, '+1'))).toMatchObject(change);
  expect(await recorder.cost(() => edit(deps, ann, id, words(200)))).toMatchObject(change);
  expect(await recorder.cost(() => bookmark(deps, ann, id))).toMatchObject({ reads: 3, writes: 2, trips: 2 });
  expect(await recorder.cost(() => unbookmark(deps, ann, id))).toMatchObject({ reads: 3, writes: 2, trips: 2 });
  expect(await recorder.cost(() => remove(deps, ann, id))).toMatchObject(change);
  expect(await recorder.cost(() => remove(deps, ann, id))).toMatchObject(read);
});

test('a page of bookmarks takes two trips, and reads each conversation once', async () => {
  const { recorder, deps, ann } = await world();
  const { conversation } = await create(deps, ann);
  for (let at = 0; at < 40; at += 1) {
    await bookmark(deps, ann, (await send(deps, ann, conversation.id, words(200))).id);
  }
  const listed = await recorder.cost(() => bookmarks(deps, ann));
  expect(listed.result.bookmarks).toHaveLength(40);
  expect(listed).toMatchObject({ trips: 2, writes: 0 });
  expect(listed.reads).toBeLessThanOrEqual(45);
});

test('a page that ends early because of its size reads little past its end', async () => {
  const { recorder, deps, ann } = await world();
  const { conversation } = await create(deps, ann);
  for (let at = 0; at < 70; at += 1) {
    const { id } = await send(deps, ann, conversation.id, 'popular');
    const names = Array.from({ length: limits.reactions }, () => `${randomUUID()}#+1`);
    await deps.table.client.send(
      new UpdateCommand({
        TableName: deps.table.name,
        Key: messageKey(id),
        UpdateExpression: 'SET reactions = :reactions',
        ExpressionAttributeValues: { ':reactions': Object.fromEntries(names.map((name) => [name, 1])) },
      }),
    );
  }
  const listed = await recorder.cost(() => page(deps, ann, conversation.id, { limit: 100 }));
  const { messages, next } = listed.result;
  expect(messages.length).toBeGreaterThan(10);
  expect(messages.length).toBeLessThan(30);
  expect(next).toBeDefined();
  // Of more than three megabytes at most two, a query each: 256 units a megabyte.
  expect(listed.reads).toBeLessThan(2.1 * 256);
});
