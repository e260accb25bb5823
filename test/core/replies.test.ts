import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { messageId, tailOf } from '../../core/domain/ids.ts';
import type { Deps } from '../../core/operations/deps.ts';
import {
  add,
  allMessages,
  bookmark,
  bookmarks,
  conversations,
  create,
  edit,
  end,
  get,
  leave,
  markRead,
  participants,
  rank,
  react,
  reactions,
  remove,
  reply,
  send,
  show,
  takeBack,
  unbookmark,
  unread,
  unsay,
  update,
} from '../support/flow.ts';
import { serviceOf, superAdminOf, userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const forbidden = { code: 'forbidden', message: 'Not a participant of this conversation' };
const conflict = { code: 'conflict' };
const gone = { code: 'not_found', message: 'Conversation not found' };
const noMessage = { code: 'not_found', message: 'Message not found' };

/** A conversation of Ann, its admin, and Bob, in which Ann has said something. Dan takes part in nothing. */
async function world(kind: 'group' | 'direct' = 'group') {
  const table = await openTable();
  const deps = depsOf(table);
  const [ann, bob, dan] = [userOf('acme'), userOf('acme'), userOf('acme')];
  const parent = (await create(deps, ann, { kind, participantIds: [bob.subject] })).conversation.id;
  const message = await send(deps, ann, parent, 'what do you think?');
  return { table, deps, ann, bob, dan, service: serviceOf('acme'), parent, message };
}

/** The same, where Bob has replied already. */
async function replied(kind: 'group' | 'direct' = 'group') {
  const here = await world(kind);
  const first = await reply(here.deps, here.bob, here.message, 'well');
  return { ...here, first: first.message, id: first.conversation.id };
}

test('the first reply makes the conversation that hangs on a message, the others go into it', async () => {
  const { deps, ann, bob, service, parent, message } = await world();
  const first = await reply(deps, bob, message, 'well');
  expect(first).toMatchObject({
    created: true,
    message: { seq: 1, text: 'well', senderId: bob.subject, replyToMessageId: null },
    conversation: {
      kind: 'reply',
      name: null,
      ownerId: null,
      link: null,
      parentMessageId: message.id,
      parentConversationId: parent,
      participants: [],
      participantCount: 0,
      adminCount: 0,
      lastSeq: 1,
      lastOrdinal: 1,
      lastSenderId: bob.subject,
      lastMessageAt: first.message.createdAt,
    },
  });
  const { id } = first.conversation;
  expect(first.message.conversationId).toBe(id);
  expect(id).not.toBe(parent);
  expect(await get(deps, ann, id)).toEqual(first.conversation);

  const second = await reply(deps, ann, message, 'so?');
  const third = await reply(deps, service, message, 'for bob', { actingUserId: bob.subject });
  expect([second, third].map(({ created, conversation }) => [created, conversation.id])).toEqual([
    [false, id],
    [false, id],
  ]);
  expect(await get(deps, bob, id)).toEqual(third.conversation);
  expect(await allMessages(deps, ann, id)).toEqual([first, second, third].map(({ message }) => message));
  // The message says so, and is otherwise as it was.
  expect(await show(deps, ann, message.id)).toEqual({ ...message, replyConversationId: id });
  expect(await allMessages(deps, bob, parent)).toEqual([{ ...message, replyConversationId: id }]);
  expect(await get(deps, ann, parent)).toMatchObject({ lastSeq: 1 });
});

test('each message has its own, and none is on any list', async () => {
  const { deps, ann, bob, parent, message } = await world();
  const other = await send(deps, bob, parent, 'another matter');
  const ids = [];
  for (const on of [message, other, message, other]) ids.push((await reply(deps, ann, on, 'x')).conversation.id);
  expect(ids).toEqual([ids[0], ids[1], ids[0], ids[1]]);
  expect(ids[0]).not.toBe(ids[1]);
  for (const caller of [ann, bob]) {
    expect((await conversations(deps, caller)).conversations.map(({ id }) => id)).toEqual([parent]);
  }
});

test('its beginning is never before the message that it hangs on', async () => {
  const { table, bob, message } = await world();
  const early = depsOf(table, () => message.createdAt - 60_000);
  const { conversation, message: first } = await reply(early, bob, message, 'x');
  expect([conversation.createdAt, first.createdAt]).toEqual([message.createdAt, message.createdAt]);
});

test('who may read a message may reply to it, and nobody else', async () => {
  const { deps, ann, bob, dan, service, message } = await world();
  for (const done of [false, true]) {
    await expect(reply(deps, dan, message, 'x')).rejects.toMatchObject(forbidden);
    const forDan = { actingUserId: dan.subject };
    await expect(reply(deps, service, message, 'x', forDan)).rejects.toMatchObject(forbidden);
    await expect(reply(deps, bob, message, 'x', forDan)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(reply(deps, service, message, 'x')).rejects.toMatchObject({
      code: 'validation_failed',
      faults: [{ path: 'userId' }],
    });
    for (const stranger of [userOf('other'), userOf('other', ann.subject), superAdminOf('other')]) {
      await expect(reply(deps, stranger, message, 'x')).rejects.toMatchObject(gone);
    }
    await expect(reply(deps, serviceOf('other'), message, 'x', forDan)).rejects.toMatchObject(gone);
    if (!done) await reply(deps, ann, message, 'first');
  }
});

test('what there is no message of takes no reply', async () => {
  const { deps, ann, bob, parent, message } = await world();
  const elsewhere = (await create(deps, ann)).conversation.id;
  const there = await send(deps, ann, elsewhere, 'x');
  const unsent = messageId(tailOf(parent), 7, message.createdAt);
  for (const id of [there.id, unsent, randomUUID()]) {
    await expect(reply(deps, ann, { id, conversationId: parent }, 'x')).rejects.toMatchObject(noMessage);
    await expect(reply(deps, userOf('acme'), { id, conversationId: parent }, 'x')).rejects.toMatchObject(forbidden);
  }
  const nowhere = { id: message.id, conversationId: randomUUID() };
  await expect(reply(deps, bob, nowhere, 'x')).rejects.toMatchObject(gone);
  expect(await show(deps, ann, there.id)).toMatchObject({ replyConversationId: null });
});

test('a system message takes no reply, a deleted one does', async () => {
  const { deps, ann, bob, parent, message } = await world();
  await add(deps, ann, parent, randomUUID());
  const [, join] = await allMessages(deps, ann, parent);
  if (!join) throw new Error('nothing tells of the join');
  await expect(reply(deps, bob, join, 'hello')).rejects.toMatchObject(conflict);
  await unsay(deps, ann, message.id);
  const { conversation } = await reply(deps, bob, message, 'what did you say?');
  expect(await show(deps, ann, message.id)).toMatchObject({ text: null, replyConversationId: conversation.id });
});

test('there are no replies to replies, and nothing is sent to them; who may not read them is not told why', async () => {
  const { deps, ann, dan, service, first, id } = await replied();
  const works = [
    (caller: typeof ann) => reply(deps, caller, first, 'x'),
    (caller: typeof ann) => send(deps, caller, id, 'x'),
    (caller: typeof ann) => send(deps, caller, id, 'x', { replyToMessageId: first.id, clientMessageId: 'k' }),
  ];
  for (const work of works) {
    await expect(work(ann)).rejects.toMatchObject(conflict);
    await expect(work(dan)).rejects.toMatchObject(forbidden);
    await expect(work(userOf('other', ann.subject))).rejects.toMatchObject(gone);
  }
  await expect(send(deps, service, id, 'x', { actingUserId: ann.subject })).rejects.toMatchObject(conflict);
  expect(await allMessages(deps, ann, id)).toHaveLength(1);
});

describe('whoever may read the parent', () => {
  test('reads, marks, edits, reacts and bookmarks in it, and nobody else', async () => {
    const { deps, ann, bob, dan, service, first, id } = await replied();
    const ways: ((deps: Deps, caller: typeof ann) => Promise<unknown>)[] = [
      (deps, caller) => get(deps, caller, id),
      (deps, caller) => allMessages(deps, caller, id),
      (deps, caller) => participants(deps, caller, id),
      (deps, caller) => unread(deps, caller, id),
      (deps, caller) => markRead(deps, caller, id, first.id),
      (deps, caller) => markRead(deps, caller, id, first.id),
    ];
    const onMessage: typeof ways = [
      (deps, caller) => show(deps, caller, first.id),
      (deps, caller) => react(deps, caller, first.id, '+1'),
      (deps, caller) => reactions(deps, caller, first.id),
      (deps, caller) => takeBack(deps, caller, first.id, '+1'),
      (deps, caller) => bookmark(deps, caller, first.id),
      (deps, caller) => unbookmark(deps, caller, first.id),
    ];
    for (const way of [...ways, ...onMessage]) {
      for (const caller of [ann, bob]) await way(deps, caller);
      await expect(way(deps, dan)).rejects.toMatchObject(forbidden);
    }
    for (const stranger of [userOf('other', ann.subject), superAdminOf('other')]) {
      for (const way of ways) await expect(way(deps, stranger)).rejects.toMatchObject(gone);
      for (const way of onMessage) await expect(way(deps, stranger)).rejects.toMatchObject(noMessage);
    }
    expect(await get(deps, service, id)).toMatchObject({ participants: [], lastSeq: 1 });
    expect(await allMessages(deps, service, id)).toHaveLength(1);
    expect(await participants(deps, ann, id, 1)).toMatchObject({ participants: [], next: undefined });
  });

  test('no longer does once it has left that, and does again when it is back', async () => {
    const { deps, ann, bob, parent, message, first, id } = await replied();
    await bookmark(deps, bob, first.id);
    expect((await bookmarks(deps, bob)).bookmarks).toMatchObject([{ message: { conversationId: id, text: 'well' } }]);
    await leave(deps, bob, parent);
    const attempts = [
      () => get(deps, bob, id),
      () => allMessages(deps, bob, id),
      () => unread(deps, bob, id),
      () => markRead(deps, bob, id, first.id),
      () => edit(deps, bob, first.id, 'changed'),
      () => react(deps, bob, first.id, '+1'),
      () => unsay(deps, bob, first.id),
      () => reply(deps, bob, message, 'late'),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(forbidden);
    expect((await bookmarks(deps, bob)).bookmarks).toEqual([]);
    await add(deps, ann, parent, bob.subject);
    for (const attempt of attempts) await attempt();
    expect((await bookmarks(deps, bob)).bookmarks).toHaveLength(1);
  });

  test('has read it as far as it has written or marked, apart from the parent', async () => {
    const { deps, ann, bob, parent, message, first, id } = await replied();
    expect(await unread(deps, bob, id)).toBe(0);
    expect(await unread(deps, ann, id)).toBe(1);
    const second = (await reply(deps, bob, message, 'you there?')).message;
    expect(await unread(deps, ann, id)).toBe(2);
    expect(await markRead(deps, ann, id, first.id)).toMatchObject({ messageId: first.id, conversationId: id });
    expect(await unread(deps, ann, id)).toBe(1);
    await markRead(deps, ann, id, second.id);
    expect(await markRead(deps, ann, id, first.id)).toMatchObject({ messageId: second.id });
    expect(await unread(deps, ann, id)).toBe(0);
    await reply(deps, ann, message, 'yes');
    expect(await unread(deps, bob, id)).toBe(1);
    expect(await unread(deps, bob, parent)).toBe(1);
    await expect(markRead(deps, ann, id, message.id)).rejects.toMatchObject({ code: 'validation_failed' });
  });
});

test('a text is edited by its sender, and deleted by that, the parent’s admins and services', async () => {
  const { deps, ann, bob, parent, service, message } = await replied();
  const cid = userOf('acme');
  await add(deps, ann, parent, cid.subject);
  for (const deleter of [bob, ann, service]) {
    const { id } = (await reply(deps, bob, message, 'x')).message;
    expect(await edit(deps, bob, id, 'edited')).toMatchObject({ text: 'edited' });
    for (const other of [ann, cid])
      await expect(edit(deps, other, id, 'x')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(unsay(deps, cid, id)).rejects.toMatchObject({ code: 'forbidden' });
    await unsay(deps, deleter, id);
    expect(await show(deps, cid, id)).toMatchObject({ text: null });
  }
  await rank(deps, ann, parent, cid.subject, 'admin');
  await unsay(deps, cid, (await reply(deps, bob, message, 'x')).message.id);
});

test('nobody is added to it, removed, ranked, or leaves', async () => {
  const { deps, ann, bob, dan, service, id } = await replied();
  for (const caller of [ann, service]) {
    await expect(add(deps, caller, id, dan.subject)).rejects.toMatchObject(conflict);
    await expect(remove(deps, caller, id, bob.subject)).rejects.toMatchObject(conflict);
    await expect(rank(deps, caller, id, bob.subject, 'admin')).rejects.toMatchObject(conflict);
  }
  await expect(leave(deps, bob, id)).rejects.toMatchObject(conflict);
  await expect(leave(deps, dan, id)).rejects.toMatchObject(forbidden);
  await expect(add(deps, dan, id, dan.subject)).rejects.toMatchObject(forbidden);
  await expect(add(deps, userOf('other'), id, dan.subject)).rejects.toMatchObject(gone);
});

describe('is renamed and archived', () => {
  test('by admins of a group, and services', async () => {
    const { deps, ann, bob, service, parent, message, id } = await replied();
    expect(await update(deps, ann, id, { name: 'Thoughts' })).toEqual(await get(deps, bob, id));
    await expect(update(deps, bob, id, { name: 'Mine' })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await update(deps, service, id, { status: 'archived' })).toMatchObject({ name: 'Thoughts' });
    await expect(reply(deps, bob, message, 'late')).rejects.toMatchObject(conflict);
    await rank(deps, ann, parent, bob.subject, 'admin');
    await update(deps, bob, id, { status: 'active' });
    expect(await reply(deps, bob, message, 'now')).toMatchObject({ message: { seq: 2 } });
  });

  test('by either of a direct conversation, and by who may a global one', async () => {
    const { deps, ann, bob, dan, id } = await replied('direct');
    for (const caller of [ann, bob]) await update(deps, caller, id, { name: 'Ours' });
    await expect(update(deps, dan, id, { name: 'Mine' })).rejects.toMatchObject(forbidden);

    const [sue, another] = [superAdminOf('acme'), superAdminOf('acme')];
    const news = (await create(deps, sue, { kind: 'global', participantIds: [] })).conversation.id;
    const { conversation } = await reply(deps, bob, await send(deps, ann, news, 'news'), 'really?');
    for (const caller of [sue, another]) await update(deps, caller, conversation.id, { name: 'Comments' });
    await expect(update(deps, ann, conversation.id, { name: 'Mine' })).rejects.toMatchObject({ code: 'forbidden' });
  });
});

test('an archived parent takes no replies, the first or another, until it is active again', async () => {
  const { deps, ann, bob, parent, message, id } = await replied();
  const other = await send(deps, bob, parent, 'another matter');
  await update(deps, ann, parent, { status: 'archived' });
  for (const on of [message, other]) await expect(reply(deps, bob, on, 'late')).rejects.toMatchObject(conflict);
  await expect(reply(deps, userOf('acme'), message, 'x')).rejects.toMatchObject(forbidden);
  expect(await get(deps, bob, id)).toMatchObject({ status: 'active', lastSeq: 1 });
  expect(await unread(deps, ann, id)).toBe(1);
  await update(deps, ann, parent, { status: 'active' });
  for (const on of [message, other]) await reply(deps, bob, on, 'now');
  expect(await get(deps, bob, id)).toMatchObject({ lastSeq: 2 });
});

test('with its parent it is gone for everybody, at once', async () => {
  const { deps, ann, bob, service, parent, message, first, id } = await replied();
  await bookmark(deps, bob, first.id);
  await end(deps, ann, parent);
  for (const caller of [ann, service]) {
    for (const work of [get, allMessages, participants, end]) {
      await expect(work(deps, caller, id)).rejects.toMatchObject(gone);
    }
    await expect(update(deps, caller, id, { name: 'x' })).rejects.toMatchObject(gone);
    await expect(add(deps, caller, id, bob.subject)).rejects.toMatchObject(gone);
  }
  for (const work of [unread, leave]) await expect(work(deps, bob, id)).rejects.toMatchObject(gone);
  await expect(send(deps, bob, id, 'x')).rejects.toMatchObject(gone);
  await expect(reply(deps, bob, message, 'x')).rejects.toMatchObject(gone);
  for (const work of [show, unsay, bookmark]) await expect(work(deps, bob, first.id)).rejects.toMatchObject(noMessage);
  expect((await bookmarks(deps, bob)).bookmarks).toEqual([]);
});

test('a service alone removes it; the message it hung on may have another then', async () => {
  const { deps, ann, bob, service, parent, message, first, id } = await replied();
  for (const caller of [ann, bob]) await expect(end(deps, caller, id)).rejects.toMatchObject({ code: 'forbidden' });
  await end(deps, service, id);
  await expect(get(deps, ann, id)).rejects.toMatchObject(gone);
  await expect(show(deps, bob, first.id)).rejects.toMatchObject(noMessage);
  await expect(end(deps, service, id)).rejects.toMatchObject(gone);
  expect(await show(deps, ann, message.id)).toEqual(message);
  const again = await reply(deps, bob, message, 'once more');
  expect(again).toMatchObject({ created: true, message: { seq: 1 } });
  expect(again.conversation.id).not.toBe(id);
  expect(await allMessages(deps, ann, parent)).toMatchObject([{ replyConversationId: again.conversation.id }]);
});

test('in a global conversation everybody replies', async () => {
  const { deps, ann, service } = await world();
  const news = (await create(deps, service, { kind: 'global', participantIds: [] })).conversation.id;
  const message = await send(deps, ann, news, 'news');
  const { conversation } = await reply(deps, userOf('acme'), message, 'really?');
  const [eve, fay] = [userOf('acme'), userOf('acme')];
  const { message: second } = await reply(deps, eve, message, 'no');
  expect(await unread(deps, fay, conversation.id)).toBe(2);
  await markRead(deps, fay, conversation.id, second.id);
  expect(await unread(deps, fay, conversation.id)).toBe(0);
  await edit(deps, eve, second.id, 'yes');
  await react(deps, fay, second.id, '+1');
  await expect(unsay(deps, fay, second.id)).rejects.toMatchObject({ code: 'forbidden' });
  await unsay(deps, superAdminOf('acme'), second.id);
  await expect(reply(deps, userOf('other'), message, 'x')).rejects.toMatchObject(gone);
  await expect(add(deps, eve, conversation.id, fay.subject)).rejects.toMatchObject(conflict);
  await update(deps, service, news, { status: 'archived' });
  await expect(reply(deps, eve, message, 'late')).rejects.toMatchObject(conflict);
  await end(deps, service, news);
  await expect(get(deps, eve, conversation.id)).rejects.toMatchObject(gone);
});

describe('under a clientMessageId', () => {
  const k1 = { clientMessageId: 'k1' };

  test.each(['the first', 'a later'])('%s reply is stored once, and answered as at first', async (which) => {
    const { deps, ann, bob, message } = await (which === 'the first' ? world() : replied());
    const first = await reply(deps, ann, message, 'hello', k1);
    expect(first).toMatchObject({ created: which === 'the first', message: k1 });
    expect(await reply(deps, ann, message, 'hello', k1)).toEqual(first);
    await reply(deps, bob, message, 'meanwhile');
    const again = await reply(deps, ann, message, 'hello', k1);
    expect(again).toMatchObject({ message: first.message, created: first.created });
    expect(again.conversation.lastSeq).toBe(first.conversation.lastSeq + 1);
    await expect(reply(deps, ann, message, 'other words', k1)).rejects.toMatchObject(conflict);
    const stored = await allMessages(deps, bob, first.conversation.id);
    expect(stored.filter(({ text }) => text === 'hello')).toMatchObject([{ clientMessageId: null }]);
  });

  test('twenty copies at once are one reply', async () => {
    const { deps, ann, message } = await world();
    const copies = await Promise.all(Array.from({ length: 20 }, () => reply(deps, ann, message, 'hello', k1)));
    expect(new Set(copies.map((copy) => copy.message.id)).size).toBe(1);
    expect(copies.every(({ created }) => created)).toBe(true);
    expect(await allMessages(deps, ann, copies[0]?.conversation.id ?? '')).toHaveLength(1);
  });

  test('it counts for its sender and the message that is replied to', async () => {
    const { deps, ann, bob, parent, message } = await world();
    const other = await send(deps, ann, parent, 'another matter', k1);
    const all = [
      await reply(deps, ann, message, 'one', k1),
      await reply(deps, bob, message, 'two', k1),
      await reply(deps, ann, other, 'three', k1),
    ];
    expect(new Set(all.map(({ message: { id } }) => id)).size).toBe(3);
  });

  test('it is found though either conversation has been archived since, by who still takes part', async () => {
    const { deps, ann, bob, parent, message } = await world();
    const first = await reply(deps, bob, message, 'hello', k1);
    await update(deps, ann, first.conversation.id, { status: 'archived' });
    await update(deps, ann, parent, { status: 'archived' });
    expect(await reply(deps, bob, message, 'hello', k1)).toMatchObject({ message: first.message, created: true });
    await leave(deps, bob, parent);
    await expect(reply(deps, bob, message, 'hello', k1)).rejects.toMatchObject(forbidden);
  });

  test('what it stands for may be gone, also when the message has other replies by then', async () => {
    const { deps, ann, bob, service, message } = await world();
    const first = await reply(deps, bob, message, 'hello', k1);
    await end(deps, service, first.conversation.id);
    await expect(reply(deps, bob, message, 'hello', k1)).rejects.toMatchObject(noMessage);
    await reply(deps, ann, message, 'anew');
    await expect(reply(deps, bob, message, 'hello', k1)).rejects.toMatchObject(noMessage);
  });
});
