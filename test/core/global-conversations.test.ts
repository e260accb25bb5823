import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Principal } from '../../core/domain/principal.ts';
import { eraseConversation } from '../../core/operations/erase-conversation.ts';
import { listUnreadConversations } from '../../core/operations/list-unread-conversations.ts';
import { headKey, messageKey, participantKey } from '../../core/store/keys.ts';
import { readItem } from '../../core/store/reading.ts';
import { colliding, overtaking } from '../support/faults.ts';
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
  remove,
  reply,
  send,
  show,
  takeBack,
  unread,
  unsay,
  update,
} from '../support/flow.ts';
import { follow } from '../support/follow.ts';
import { serviceOf, superAdminOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, drop, useTables } from '../support/table.ts';

const openTable = useTables();

const asGlobal = { kind: 'global', participantIds: [] } as const;
const forbidden = { code: 'forbidden' };
const conflict = { code: 'conflict' };
const gone = { code: 'not_found', message: 'Conversation not found' };

/** A global conversation of Sue, a super admin, and two of the many who take part in it. */
async function world() {
  const table = await openTable();
  const deps = depsOf(table);
  const [sue, ann, bob] = [superAdminOf('acme'), userOf('acme'), userOf('acme')];
  const { conversation } = await create(deps, sue, { ...asGlobal, name: 'News' });
  return { table, deps, sue, ann, bob, service: serviceOf('acme'), id: conversation.id };
}

describe('is made', () => {
  test('by a super admin, who owns it, and by a service that acts as itself, which does not', async () => {
    const { deps, sue, ann, id } = await world();
    const shown = await get(deps, ann, id);
    expect(shown).toMatchObject({ kind: 'global', name: 'News', ownerId: sue.subject });
    expect(shown).toMatchObject({ participants: [], participantCount: 0, parentMessageId: null });
    const served = await create(deps, serviceOf('acme'), asGlobal);
    expect(served).toMatchObject({ created: true, conversation: { kind: 'global', ownerId: null, participants: [] } });
  });

  test('by nobody else, and not with participants', async () => {
    const { deps, sue, ann } = await world();
    const refused = { code: 'forbidden', message: expect.stringContaining('super admin') };
    await expect(create(deps, ann, asGlobal)).rejects.toMatchObject(refused);
    const forSue = { ...asGlobal, actingUserId: sue.subject };
    await expect(create(deps, serviceOf('acme'), forSue)).rejects.toMatchObject(refused);
    for (const caller of [sue, serviceOf('acme')]) {
      await expect(create(deps, caller, { ...asGlobal, participantIds: [ann.subject] })).rejects.toMatchObject({
        code: 'validation_failed',
        faults: [{ path: 'participantIds' }],
      });
    }
  });

  test('once under a key', async () => {
    const { deps, sue } = await world();
    const keyed = { ...asGlobal, idempotencyKey: 'k1' };
    const made = await Promise.all(Array.from({ length: 5 }, () => create(deps, sue, keyed)));
    made.push(await create(deps, sue, keyed));
    expect(new Set(made.map(({ conversation }) => conversation.id)).size).toBe(1);
    expect(made.every(({ created, conversation }) => created && conversation.participants.length === 0)).toBe(true);
    await expect(create(deps, sue, { ...keyed, name: 'Other' })).rejects.toMatchObject(conflict);
    await expect(create(deps, sue, { idempotencyKey: 'k1' })).rejects.toMatchObject(conflict);
  });
});

test('everybody of the organization reads and writes it, and nobody is a participant by name', async () => {
  const { table, deps, ann, bob, service, id } = await world();
  const sent = await send(deps, ann, id, 'hello');
  expect(
    await send(deps, service, id, 'for bob', { actingUserId: bob.subject, replyToMessageId: sent.id }),
  ).toMatchObject({ seq: 2, senderId: bob.subject });
  expect((await allMessages(deps, userOf('acme'), id)).map(({ text }) => text)).toEqual(['hello', 'for bob']);
  await markRead(deps, userOf('acme'), id, sent.id);
  for (const caller of [ann, userOf('acme'), service]) {
    expect(await participants(deps, caller, id, 1)).toMatchObject({ participants: [], next: undefined });
    expect(await get(deps, caller, id)).toMatchObject({ participants: [], participantCount: 0, lastSeq: 2 });
  }
  expect(await readItem(table, participantKey(id, ann.subject))).toEqual({
    ...participantKey(id, ann.subject),
    entity: 'participant',
    userId: ann.subject,
    readMessageId: sent.id,
    readOrdinal: 1,
    readAt: sent.createdAt,
  });
});

test('nothing of it is there for another organization, whatever the role', async () => {
  const { deps, sue, ann, id } = await world();
  const { id: messageId } = await send(deps, ann, id, 'secret');
  const strangers = [userOf('other'), userOf('other', ann.subject), superAdminOf('other'), serviceOf('other')];
  for (const stranger of [...strangers, { ...sue, organization: 'other' }]) {
    const by = stranger.isService ? ann.subject : undefined;
    const works = [
      () => get(deps, stranger, id),
      () => allMessages(deps, stranger, id),
      () => participants(deps, stranger, id),
      () => send(deps, stranger, id, 'x', { actingUserId: by }),
      () => update(deps, stranger, id, { name: 'Mine' }),
      () => end(deps, stranger, id),
    ];
    for (const work of works) await expect(work()).rejects.toMatchObject(gone);
    await expect(show(deps, stranger, messageId, by)).rejects.toMatchObject({ message: 'Message not found' });
    expect(await conversations(deps, stranger, { actingUserId: by })).toMatchObject({
      conversations: [],
      next: undefined,
    });
    if (stranger.isService) continue;
    await expect(unread(deps, stranger, id)).rejects.toMatchObject(gone);
    await expect(markRead(deps, stranger, id, messageId)).rejects.toMatchObject(gone);
    await expect(add(deps, stranger, id, ann.subject)).rejects.toMatchObject(gone);
  }
});

test('nobody is added to it, removed, ranked, or leaves', async () => {
  const { deps, sue, ann, bob, service, id } = await world();
  await send(deps, bob, id, 'here');
  for (const caller of [sue, ann, service]) {
    for (const user of [bob.subject, caller.subject, randomUUID()]) {
      await expect(add(deps, caller, id, user)).rejects.toMatchObject(conflict);
      await expect(add(deps, caller, id, user, { idempotencyKey: 'k1' })).rejects.toMatchObject(conflict);
      await expect(remove(deps, caller, id, user)).rejects.toMatchObject(conflict);
      for (const role of ['admin', 'member'] as const) {
        await expect(rank(deps, caller, id, user, role)).rejects.toMatchObject(conflict);
      }
    }
    if (!caller.isService) await expect(leave(deps, caller, id)).rejects.toMatchObject(conflict);
  }
  expect(await get(deps, ann, id)).toMatchObject({ participantCount: 0, lastSeq: 1 });
});

test('its owner, a service and any super admin rename and archive it; owner and service remove it', async () => {
  const { deps, sue, ann, service, id } = await world();
  const another = superAdminOf('acme');
  for (const [at, caller] of [sue, another, service].entries()) {
    expect(await update(deps, caller, id, { name: `${at}` })).toEqual(await get(deps, ann, id));
    expect(await get(deps, ann, id)).toMatchObject({ name: `${at}`, status: 'active' });
  }
  // Whoever owns it stays its owner, whatever else its token says by then.
  await update(deps, userOf('acme', sue.subject), id, { status: 'archived' });
  await expect(update(deps, ann, id, { name: 'Mine' })).rejects.toMatchObject(forbidden);
  await expect(send(deps, ann, id, 'late')).rejects.toMatchObject(conflict);
  await update(deps, another, id, { status: 'active' });

  for (const caller of [ann, another]) await expect(end(deps, caller, id)).rejects.toMatchObject(forbidden);
  await end(deps, sue, id);
  await expect(get(deps, ann, id)).rejects.toMatchObject(gone);
  expect((await conversations(deps, ann)).conversations).toEqual([]);
  const served = (await create(deps, service, asGlobal)).conversation.id;
  for (const caller of [sue, ann]) await expect(end(deps, caller, served)).rejects.toMatchObject(forbidden);
  await end(deps, service, served);
});

test('its messages are edited by their senders, and deleted by these, its owner, super admins and services', async () => {
  const { deps, sue, ann, bob, service, id } = await world();
  const another = superAdminOf('acme');
  for (const deleter of [ann, sue, another, service]) {
    const message = await send(deps, ann, id, 'hello');
    await react(deps, bob, message.id, '+1');
    await takeBack(deps, bob, message.id, '+1');
    await bookmark(deps, bob, message.id);
    for (const other of [bob, sue]) await expect(edit(deps, other, message.id, 'x')).rejects.toMatchObject(forbidden);
    expect(await edit(deps, ann, message.id, 'edited')).toMatchObject({ text: 'edited', revision: 4 });
    await expect(unsay(deps, bob, message.id)).rejects.toMatchObject(forbidden);
    await unsay(deps, deleter, message.id);
    expect(await show(deps, bob, message.id)).toMatchObject({ text: null, revision: 5 });
  }
  expect((await bookmarks(deps, bob)).bookmarks).toHaveLength(4);
});

test('a super admin has no more say in a group, or the replies in it, than its part there gives', async () => {
  const { deps, sue, ann, service } = await world();
  const group = (await create(deps, ann, { participantIds: [sue.subject] })).conversation.id;
  const message = await send(deps, ann, group, 'hello');
  const { conversation } = await reply(deps, sue, message, 'hi');
  for (const id of [group, conversation.id]) {
    await expect(update(deps, sue, id, { name: 'Mine' })).rejects.toMatchObject(forbidden);
  }
  await expect(unsay(deps, sue, message.id)).rejects.toMatchObject(forbidden);
  const other = (await create(deps, service, { participantIds: [ann.subject] })).conversation.id;
  await expect(get(deps, sue, other)).rejects.toMatchObject(forbidden);
});

test('it is archived like any other: a repeated send is answered as at first, a new one refused', async () => {
  const { deps, sue, ann, id } = await world();
  const first = await send(deps, ann, id, 'hello', { clientMessageId: 'k1' });
  await update(deps, sue, id, { status: 'archived' });
  expect(await send(deps, ann, id, 'hello', { clientMessageId: 'k1' })).toEqual(first);
  await expect(send(deps, userOf('acme'), id, 'hello')).rejects.toMatchObject(conflict);
});

describe('in lists', () => {
  test('it stands among one’s own for everybody of its organization, by its last activity', async () => {
    let time = 1_700_000_000_000;
    const deps = depsOf(await openTable(), () => {
      time += 1_000;
      return time;
    });
    const [sue, ann] = [superAdminOf('acme'), userOf('acme')];
    const global = (await create(deps, sue, asGlobal)).conversation.id;
    const own = (await create(deps, ann)).conversation.id;
    await create(deps, superAdminOf('other'), asGlobal);
    const listed = async (caller: Principal, limit = 50) =>
      (await conversations(deps, caller, { limit })).conversations.map(({ id }) => id);
    expect(await listed(ann)).toEqual([own, global]);
    expect(await listed(userOf('acme'))).toEqual([global]);
    await send(deps, sue, global, 'news');
    for (const limit of [50, 1]) expect(await listed(ann, limit)).toEqual([global, own].slice(0, limit));
    await end(deps, sue, global);
    expect(await listed(ann)).toEqual([own]);
  });

  test('each is on one page, however short the pages', async () => {
    const deps = depsOf(await openTable());
    const [service, ann] = [serviceOf('acme'), userOf('acme')];
    const ids: string[] = [];
    for (let at = 0; at < 7; at += 1) {
      ids.push((await create(deps, ann)).conversation.id, (await create(deps, service, asGlobal)).conversation.id);
    }
    for (const limit of [1, 4, 13, 14]) {
      const found = await follow(async (cursor) => {
        const { conversations: items, next } = await conversations(deps, ann, { limit, cursor });
        return { items, next };
      });
      expect(found.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      expect(found.filter(({ participants }) => participants.length === 0)).toHaveLength(7);
    }
  });
});

describe('who has read how far', () => {
  test('is nobody at first; the first position is made once, and never moves back', async () => {
    const { table, deps, ann, bob, id } = await world();
    const [one, two] = [await send(deps, ann, id, 'one'), await send(deps, ann, id, 'two')];
    expect(await unread(deps, ann, id)).toBe(0);
    expect(await unread(deps, bob, id)).toBe(2);
    expect(await markRead(deps, bob, id, two.id)).toMatchObject({ messageId: two.id });
    expect(await markRead(deps, bob, id, one.id)).toMatchObject({ messageId: two.id });
    expect(await unread(deps, bob, id)).toBe(0);

    for (const [first, second] of [
      [one, two],
      [two, one],
    ] as const) {
      const cid = userOf('acme');
      const late = depsOf(
        await openTable({ existing: table, client: overtaking(() => markRead(deps, cid, id, first.id)) }),
      );
      expect(await markRead(late, cid, id, second.id)).toMatchObject({ messageId: two.id });
      expect(await unread(deps, cid, id)).toBe(0);
    }
    const dan = userOf('acme');
    const sent = await openTable({ existing: table, client: overtaking(() => send(deps, dan, id, 'three')) });
    await markRead(depsOf(sent), dan, id, one.id);
    expect(await unread(deps, dan, id)).toBe(0);
  });

  test('leaves nothing behind of a conversation that is erased meanwhile', async () => {
    const { table, deps, sue, ann, bob, id } = await world();
    const { id: last } = await send(deps, ann, id, 'one');
    const erased = async () => {
      await end(deps, sue, id);
      for (const _ of [1, 2]) await eraseConversation(deps, { conversationId: id });
    };
    const late = depsOf(await openTable({ existing: table, client: overtaking(erased) }));
    await expect(markRead(late, bob, id, last)).rejects.toMatchObject(gone);
    expect(await readItem(table, headKey(id))).toBeUndefined();
    expect(await readItem(table, participantKey(id, bob.subject))).toBeUndefined();
  });

  test('is not told of a message that is none', async () => {
    const { table, deps, ann, bob, id } = await world();
    const { id: last } = await send(deps, ann, id, 'one');
    const late = depsOf(await openTable({ existing: table, client: overtaking(() => drop(table, messageKey(last))) }));
    await expect(markRead(late, bob, id, last)).rejects.toMatchObject({ code: 'validation_failed' });
    expect(await readItem(table, participantKey(id, bob.subject))).toBeUndefined();
  });

  test('is counted in lists too, where one has read nothing, something, or written', async () => {
    const { deps, sue, ann, bob, id } = await world();
    const own = (await create(deps, ann, { participantIds: [bob.subject] })).conversation.id;
    const one = await send(deps, ann, id, 'one');
    await send(deps, ann, own, 'to bob');
    await send(deps, sue, id, 'two');
    await markRead(deps, bob, id, one.id);
    const listed = async (caller: Principal) => {
      const paging = { actingUserId: undefined, limit: 50, cursor: undefined };
      const { conversations: page } = await listUnreadConversations(deps, caller, paging);
      return Object.fromEntries(page.map((conversation) => [conversation.id, conversation.unreadCount]));
    };
    expect(await listed(userOf('acme'))).toEqual({ [id]: 2 });
    expect(await listed(ann)).toEqual({ [id]: 1, [own]: 0 });
    expect(await listed(bob)).toEqual({ [id]: 1, [own]: 1 });
    expect(await listed(sue)).toEqual({ [id]: 0 });
  });

  const step = fc.record({ act: fc.constantFrom('send', 'read', 'read'), user: fc.nat(3), at: fc.nat(30) });

  test('is exact, whoever sends and reads meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 8 }), async (rounds) => {
        const deps = depsOf(await openTable({ client: colliding() }));
        const users = Array.from({ length: 4 }, () => userOf('acme')) as [Principal, Principal, Principal, Principal];
        const { id } = (await create(deps, serviceOf('acme'), asGlobal)).conversation;
        const read = new Map<string, number>();
        const reaches = (user: string, seq: number) => read.set(user, Math.max(seq, read.get(user) ?? 0));
        for (const round of rounds) {
          const before = await allMessages(deps, users[0], id);
          await Promise.all(
            round.map(async ({ act, user, at }) => {
              const who = users[user] ?? users[0];
              const message = before[at % Math.max(1, before.length)];
              if (act === 'send') reaches(who.subject, (await send(deps, who, id, 'text')).seq);
              else if (message) {
                await markRead(deps, who, id, message.id);
                reaches(who.subject, message.seq);
              }
            }),
          );
          const messages = await allMessages(deps, users[0], id);
          expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, at) => at + 1));
          for (const who of users) {
            const position = read.get(who.subject) ?? 0;
            const left = messages.filter(({ seq, senderId }) => seq > position && senderId !== who.subject);
            expect(await unread(deps, who, id)).toBe(left.length);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});

test('costs what a group does, and less where there is nothing to check', async () => {
  const recorder = new Recorder();
  const deps = depsOf(await openTable({ client: recorder.watch }));
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const { id } = (await create(deps, serviceOf('acme'), asGlobal)).conversation;
  await create(deps, ann);
  const sent = await recorder.cost(() => send(deps, ann, id, 'one'));
  expect(sent).toMatchObject({ writes: 6, reads: 1, trips: 2 });
  const keyed = await recorder.cost(() => send(deps, ann, id, 'two', { clientMessageId: 'k1' }));
  expect(keyed).toMatchObject({ writes: 8, reads: 1, trips: 2 });
  // The first position is made by a transaction, the others move by themselves.
  expect(await recorder.cost(() => markRead(deps, bob, id, sent.result.id))).toMatchObject({ writes: 4, trips: 2 });
  expect(await recorder.cost(() => markRead(deps, bob, id, keyed.result.id))).toMatchObject({ writes: 1, trips: 2 });
  expect(await recorder.cost(() => unread(deps, bob, id))).toMatchObject({ writes: 0, trips: 1 });
  expect(await recorder.cost(() => edit(deps, ann, sent.result.id, 'x'))).toMatchObject({ writes: 2, trips: 2 });
  expect(await recorder.cost(() => get(deps, bob, id))).toMatchObject({ writes: 0, trips: 1 });
  for (let at = 0; at < 300; at += 50) {
    await Promise.all(Array.from({ length: 50 }, () => markRead(deps, userOf('acme'), id, sent.result.id)));
  }
  const nobody = await recorder.cost(() => participants(deps, ann, id));
  expect(nobody).toMatchObject({ result: { participants: [] }, trips: 1 });
  expect(nobody.reads).toBeLessThanOrEqual(6);
  const listed = await recorder.cost(() => conversations(deps, ann));
  expect(listed.result.conversations).toHaveLength(2);
  expect(listed).toMatchObject({ writes: 0, trips: 2 });
});
