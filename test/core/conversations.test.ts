import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { newConversation } from '../../core/domain/conversation.ts';
import { getConversation } from '../../core/operations/get-conversation.ts';
import { userConversations } from '../../core/store/conversation-lists.ts';
import { headKey } from '../../core/store/keys.ts';
import { participantItem } from '../../core/store/participants.ts';
import { readItem } from '../../core/store/reading.ts';
import type { Table } from '../../core/store/table.ts';
import { writeItems } from '../../core/store/writing.ts';
import { answering, failing, sdkError } from '../support/faults.ts';
import { allMessages, conversations, create, page, send } from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const others = (count: number) => Array.from({ length: count }, () => randomUUID());

test('the creator of a group owns and administers it; a service names the creator first', async () => {
  const deps = depsOf(await openTable());
  const ann = userOf('acme');
  const [bob, cleo] = others(2) as [string, string];
  const own = await create(deps, ann, { name: 'Team', participantIds: [bob, ann.subject, cleo] });
  expect(own.conversation).toMatchObject({ ownerId: ann.subject, participantCount: 3, name: 'Team' });
  expect(own.conversation.participants.map(({ userId, role }) => [userId, role])).toEqual([
    [ann.subject, 'admin'],
    [bob, 'member'],
    [cleo, 'member'],
  ]);
  const served = await create(deps, serviceOf('acme'), { participantIds: [bob, cleo] });
  expect(served.conversation).toMatchObject({ ownerId: bob, participantCount: 2 });
});

test.each([1, 90, 99, 200])('of %i participants everybody is shown, to a reader and in the answer', async (count) => {
  const deps = depsOf(await openTable());
  const ann = userOf('acme');
  const ids = others(count - 1);
  const { conversation } = await create(deps, ann, { participantIds: [ann.subject, ...ids] });
  expect(conversation.participants.map(({ userId }) => userId)).toEqual([ann.subject, ...ids]);
  const member = userOf('acme', ids.at(-1) ?? ann.subject);
  expect(await getConversation(deps, member, { id: conversation.id, actingUserId: undefined })).toEqual(conversation);
  expect((await conversations(deps, member)).conversations).toEqual([conversation]);
});

test.each([201, 1_000])('of %i participants the caller alone is shown, and everybody can take part', async (count) => {
  const deps = depsOf(await openTable());
  const ann = userOf('acme');
  const ids = others(count - 1);
  const { conversation } = await create(deps, ann, { participantIds: ids });
  expect(conversation).toMatchObject({ participantCount: count, participants: [{ userId: ann.subject }] });

  const last = userOf('acme', ids.at(-1) ?? '');
  const seen = await getConversation(deps, last, { id: conversation.id, actingUserId: undefined });
  expect(seen).toMatchObject({ participantCount: count, participants: [{ userId: last.subject, role: 'member' }] });
  expect((await conversations(deps, last)).conversations).toEqual([seen]);
  const sent = await send(deps, last, conversation.id, 'I am here');
  expect((await page(deps, ann, conversation.id)).messages).toEqual([sent]);

  const service = await getConversation(deps, serviceOf('acme'), { id: conversation.id, actingUserId: undefined });
  expect(service).toMatchObject({ participantCount: count, participants: [] });
});

/** What stands where a user's first conversation, found or not, has its head. */
async function headOfFirst(table: Table, userId: string) {
  const [{ id } = { id: '' }] = await userConversations(table, 'acme', userId);
  return { id, head: await readItem(table, headKey(id)) };
}

test('a large conversation that could not be finished is found by nobody, and left to be erased', async () => {
  const table = await openTable();
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const ids = [bob.subject, ...others(250)];
  const noRoom = await openTable({
    existing: table,
    // The batch with a certain participant never gets through.
    client: answering('BatchWriteItemCommand', async (next, request) => {
      if (request.includes(ids[200] ?? '')) throw sdkError('ThrottlingException');
      return next();
    }),
  });
  await expect(create(depsOf(noRoom), ann, { participantIds: ids })).rejects.toMatchObject({ code: 'unavailable' });
  const { id, head } = await headOfFirst(table, bob.subject);
  expect(head).toMatchObject({ id, status: 'removed' });
  expect(head).not.toHaveProperty('expiresAt');
  expect((await conversations(depsOf(table), bob)).conversations).toEqual([]);
  await expect(send(depsOf(table), bob, id, 'x')).rejects.toMatchObject({ code: 'not_found' });
});

test('a large conversation whose writer dies is found by nobody, and expires', async () => {
  const table = await openTable();
  const ann = userOf('acme');
  const dying = await openTable({
    existing: table,
    client: answering('TransactWriteItemsCommand', async (next, request) => {
      if (!request.includes('"forming"') || request.includes(':forming')) throw sdkError('TimeoutError');
      return next();
    }),
  });
  const [at, input] = [1_790_000_000_000, { participantIds: others(250) }];
  await expect(
    create(
      depsOf(dying, () => at),
      ann,
      input,
    ),
  ).rejects.toMatchObject({ code: 'unavailable' });
  const { id, head } = await headOfFirst(table, ann.subject);
  expect(head).toMatchObject({ id, status: 'forming', expiresAt: at / 1000 + 3_600 });
  expect((await conversations(depsOf(table), ann)).conversations).toEqual([]);
  await expect(send(depsOf(table), ann, id, 'x')).rejects.toMatchObject({ code: 'not_found' });
});

test('of a large conversation that two requests create under one key, one is found, and one is left to be erased', async () => {
  const table = await openTable();
  const ann = userOf('acme');
  const input = { participantIds: others(250), idempotencyKey: 'k1' };
  const [one, two] = await Promise.all([create(depsOf(table), ann, input), create(depsOf(table), ann, input)]);
  expect(one.conversation.id).toBe(two.conversation.id);
  expect((await conversations(depsOf(table), ann)).conversations).toHaveLength(1);
  const ids = (await userConversations(table, 'acme', ann.subject)).map(({ id }) => id);
  const heads = await Promise.all(ids.map((id) => readItem(table, headKey(id))));
  expect(heads.map((head) => head?.['status']).toSorted()).toEqual(['active', 'removed']);
});

test('a large conversation whose creation nobody confirmed is whole', async () => {
  const table = await openTable();
  const ann = userOf('acme');
  const broken = await openTable({
    existing: table,
    client: failing((writes) => (writes.length === 2 ? 'lostAnswer' : 'none')),
  });
  const input = { participantIds: others(250), idempotencyKey: 'k1' };
  await expect(create(depsOf(broken), ann, input)).rejects.toMatchObject({ code: 'unavailable' });
  const id = (await conversations(depsOf(table), ann)).conversations.at(0)?.id ?? '';
  expect(await send(depsOf(table), ann, id, 'it works')).toMatchObject({ seq: 1 });
});

test('an unfinished conversation is on no list', async () => {
  const table = await openTable();
  const ann = userOf('acme');
  const { conversation, participants } = newConversation(
    { organization: 'acme', kind: 'group', name: null, link: null },
    ann.subject,
    [ann.subject],
    Date.now(),
  );
  await writeItems(
    table,
    participants.map((participant) => ({ put: participantItem(conversation, participant) })),
  );
  expect((await conversations(depsOf(table), ann)).conversations).toEqual([]);
  await expect(send(depsOf(table), ann, conversation.id, 'x')).rejects.toMatchObject({ code: 'not_found' });
});

test('strangers are refused, and nothing exists for another organization', async () => {
  const deps = depsOf(await openTable());
  const ann = userOf('acme');
  const { conversation } = await create(deps, ann, { participantIds: others(2) });
  const { id } = conversation;
  await send(deps, ann, id, 'hello');
  const attempts = [
    (caller: typeof ann) => getConversation(deps, caller, { id, actingUserId: undefined }),
    (caller: typeof ann) => page(deps, caller, id),
    (caller: typeof ann) => send(deps, caller, id, 'let me in', caller.isService ? { actingUserId: ann.subject } : {}),
  ];
  for (const attempt of attempts) {
    await expect(attempt(userOf('acme'))).rejects.toMatchObject({ code: 'forbidden' });
    for (const foreigner of [userOf('other', ann.subject), userOf('other'), serviceOf('other')]) {
      await expect(attempt(foreigner)).rejects.toMatchObject({ code: 'not_found', message: 'Conversation not found' });
    }
  }
  expect(await allMessages(deps, ann, id)).toHaveLength(1);
});

test('an id that shares a conversation’s key is still another id', async () => {
  const deps = depsOf(await openTable());
  const ann = userOf('acme');
  const { conversation } = await create(deps, ann);
  const alike = randomUUID().slice(0, 19) + conversation.id.slice(19);
  const missing = { code: 'not_found' };
  await expect(getConversation(deps, ann, { id: alike, actingUserId: undefined })).rejects.toMatchObject(missing);
  await expect(page(deps, ann, alike)).rejects.toMatchObject(missing);
  await expect(send(deps, ann, alike, 'hello')).rejects.toMatchObject(missing);
});

test('a user acts for nobody else; a service acts for anybody in its organization, by that user’s membership', async () => {
  const deps = depsOf(await openTable());
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const service = serviceOf('acme');
  const { conversation } = await create(deps, service, { actingUserId: ann.subject, participantIds: [bob.subject] });
  const { id } = conversation;
  expect(conversation.ownerId).toBe(ann.subject);

  const forbidden = { code: 'forbidden' };
  await expect(send(deps, ann, id, 'as Bob', { actingUserId: bob.subject })).rejects.toMatchObject(forbidden);
  await expect(conversations(deps, ann, { actingUserId: bob.subject })).rejects.toMatchObject(forbidden);
  await expect(create(deps, ann, { actingUserId: bob.subject })).rejects.toMatchObject(forbidden);

  expect(await send(deps, service, id, 'as Bob', { actingUserId: bob.subject })).toMatchObject({
    senderId: bob.subject,
  });
  expect((await conversations(deps, service, { actingUserId: bob.subject })).conversations).toHaveLength(1);
  const stranger = { actingUserId: randomUUID() };
  await expect(send(deps, service, id, 'as nobody', stranger)).rejects.toMatchObject(forbidden);
  await expect(page(deps, service, id, stranger)).rejects.toMatchObject(forbidden);

  const nameless = { code: 'validation_failed' };
  await expect(send(deps, service, id, 'as itself')).rejects.toMatchObject({
    ...nameless,
    faults: [{ path: 'senderUserId' }],
  });
  await expect(conversations(deps, service)).rejects.toMatchObject({ ...nameless, faults: [{ path: 'userId' }] });
  expect((await page(deps, service, id)).messages).toHaveLength(1);
});

test('a reply names a message of its own conversation', async () => {
  const deps = depsOf(await openTable());
  const ann = userOf('acme');
  const { conversation } = await create(deps, ann);
  const { conversation: other } = await create(deps, ann);
  const parent = await send(deps, ann, conversation.id, 'question');
  const elsewhere = await send(deps, ann, other.id, 'elsewhere');
  const reply = await send(deps, ann, conversation.id, 'answer', { replyToMessageId: parent.id });
  expect(reply.replyToMessageId).toBe(parent.id);

  const neverSent = parent.id.replace(/^../, '00');
  for (const replyToMessageId of [elsewhere.id, neverSent, conversation.id]) {
    await expect(send(deps, ann, conversation.id, 'lost', { replyToMessageId })).rejects.toMatchObject({
      code: 'validation_failed',
      faults: [{ path: 'replyToMessageId' }],
    });
  }
  // Who may not read the conversation is not told which messages it has.
  await expect(send(deps, userOf('acme'), conversation.id, 'x', { replyToMessageId: neverSent })).rejects.toMatchObject(
    { code: 'forbidden' },
  );
  expect(await allMessages(deps, ann, conversation.id)).toHaveLength(2);
});
