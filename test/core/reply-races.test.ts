import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../core/domain/errors.ts';
import type { Message } from '../../core/domain/message.ts';
import type { Principal } from '../../core/domain/principal.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { eraseConversation } from '../../core/operations/erase-conversation.ts';
import { backOff } from '../../core/store/back-off.ts';
import { headKey, messageKey, participantKey } from '../../core/store/keys.ts';
import { readItem } from '../../core/store/reading.ts';
import type { Item, Key, Table } from '../../core/store/table.ts';
import { answering, colliding, type Fault, failing, overtaking, seeing } from '../support/faults.ts';
import {
  add,
  allMessages,
  create,
  edit,
  end,
  get,
  leave,
  markRead,
  react,
  reply,
  send,
  show,
  unread,
  unsay,
  update,
} from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { depsOf, drop, useTables } from '../support/table.ts';

const openTable = useTables();

/** A group of Ann, its admin, and Bob, in which Ann has said something. */
async function world() {
  const table = await openTable();
  const deps = depsOf(table);
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const parent = (await create(deps, ann, { participantIds: [bob.subject] })).conversation.id;
  const message = await send(deps, ann, parent, 'what do you think?');
  return { table, deps, ann, bob, parent, message };
}

/** The table, as it behaves when `change` happens between what an operation reads and what it commits. */
const during = async (table: Table, change: () => Promise<unknown>) =>
  depsOf(await openTable({ existing: table, client: overtaking(change) }));

/** That a message has one conversation of replies, in order, of which all items are there; answers its texts. */
async function textsOf(deps: Deps, viewer: Principal, messageId: string) {
  const { replyConversationId: id } = await show(deps, viewer, messageId);
  if (id === null) return [];
  const messages = await allMessages(deps, viewer, id);
  expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, at) => at + 1));
  expect(await get(deps, viewer, id)).toMatchObject({ lastSeq: messages.length, parentMessageId: messageId });
  return messages.map(({ text }) => text);
}

describe('of two who reply first at once', () => {
  test('the one that commits first makes the conversation, and the other goes into it', async () => {
    const { table, deps, ann, bob, message } = await world();
    let made: Awaited<ReturnType<typeof reply>> | undefined;
    const late = await during(table, async () => {
      made = await reply(deps, bob, message, 'bob');
    });
    const second = await reply(late, ann, message, 'ann');
    expect([made?.created, second.created]).toEqual([true, false]);
    expect(second.conversation.id).toBe(made?.conversation.id);
    expect(await textsOf(deps, ann, message.id)).toEqual(['bob', 'ann']);
  });

  test('the one whose answer is lost is stored once, before the other', async () => {
    const { table, deps, ann, bob, message } = await world();
    const troubles: Fault[] = ['lostAnswer', 'lostAnswer', 'none'];
    const lost = depsOf(await openTable({ existing: table, client: failing(() => troubles.shift() ?? 'none') }));
    const first = await reply(lost, ann, message, 'ann');
    expect(first).toMatchObject({ created: true, message: { seq: 1 } });
    expect(await reply(deps, bob, message, 'bob')).toMatchObject({ created: false, message: { seq: 2 } });
    expect(await textsOf(deps, ann, message.id)).toEqual(['ann', 'bob']);
  });

  test('neither loses, though AWS cancels all but one at a time', async () => {
    const { table, deps, ann, bob, message } = await world();
    const crowded = depsOf({ ...(await openTable({ existing: table, client: colliding() })), pause: backOff });
    const all = await Promise.all(
      Array.from({ length: 16 }, (_, at) => reply(crowded, at % 2 === 0 ? ann : bob, message, `${at}`)),
    );
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(all.map(({ conversation }) => conversation.id)).size).toBe(1);
    expect(await textsOf(deps, ann, message.id)).toHaveLength(16);
  });

  test.each(['message', 'head', 'first'] as const)('one that sees the other’s %s late goes into it', async (late) => {
    const { table, deps, ann, bob, message } = await world();
    const before = await readItem(table, messageKey(message.id));
    const made = await reply(deps, bob, message, 'bob', { clientMessageId: 'k1' });
    const unseen: Record<typeof late, [Key, Item | undefined]> = {
      message: [messageKey(message.id), before],
      head: [headKey(made.conversation.id), undefined],
      first: [messageKey(made.message.id), undefined],
    };
    const torn = async () => depsOf(await openTable({ existing: table, client: seeing(...unseen[late]) }));
    expect(await reply(await torn(), bob, message, 'bob', { clientMessageId: 'k1' })).toEqual(made);
    expect(await reply(await torn(), ann, message, 'ann')).toMatchObject({ created: false, message: { seq: 2 } });
    expect(await textsOf(deps, ann, message.id)).toEqual(['bob', 'ann']);
  });
});

/** What may happen to a reply, the first one or another, between what it reads and what it commits. */
describe.each(['the first', 'a later'])('between what %s reply reads and commits', (which) => {
  async function started() {
    const here = await world();
    if (which === 'a later') await reply(here.deps, here.ann, here.message, 'first');
    return { ...here, texts: which === 'a later' ? ['first'] : [] };
  }

  test('who leaves replies no more', async () => {
    const { table, deps, ann, bob, parent, message, texts } = await started();
    const late = await during(table, () => leave(deps, bob, parent));
    await expect(reply(late, bob, message, 'late')).rejects.toMatchObject({ code: 'forbidden' });
    expect(await textsOf(deps, ann, message.id)).toEqual(texts);
    await add(deps, ann, parent, bob.subject);
    await reply(deps, bob, message, 'back');
    expect(await textsOf(deps, ann, message.id)).toEqual([...texts, 'back']);
  });

  test('another’s reply comes before', async () => {
    const { table, deps, ann, bob, message, texts } = await started();
    const late = await during(table, () => reply(deps, ann, message, 'quick'));
    await reply(late, bob, message, 'slow');
    expect(await textsOf(deps, ann, message.id)).toEqual([...texts, 'quick', 'slow']);
  });

  test('the same reply under the same key counts once', async () => {
    const { table, deps, ann, bob, message, texts } = await started();
    const key = { clientMessageId: 'k1' };
    let first: unknown;
    const late = await during(table, async () => {
      first = await reply(deps, bob, message, 'once', key);
    });
    expect(await reply(late, bob, message, 'once', key)).toEqual(first);
    const other = await during(table, () => reply(deps, bob, message, 'this', { clientMessageId: 'k2' }));
    const that = reply(other, bob, message, 'that', { clientMessageId: 'k2' });
    await expect(that).rejects.toMatchObject({ code: 'conflict' });
    expect(await textsOf(deps, ann, message.id)).toEqual([...texts, 'once', 'this']);
  });

  test('a parent that is erased takes all with it', async () => {
    const { table, deps, ann, bob, parent, message } = await started();
    const { replyConversationId } = await show(deps, ann, message.id);
    const late = await during(table, async () => {
      await end(deps, ann, parent);
      for (const _ of [1, 2]) await eraseConversation(deps, { conversationId: parent });
    });
    await expect(reply(late, bob, message, 'late')).rejects.toMatchObject({ message: 'Conversation not found' });
    for (const key of [headKey(parent), messageKey(message.id), participantKey(parent, bob.subject)]) {
      expect(await readItem(table, key)).toBeUndefined();
    }
    if (replyConversationId) {
      expect(await readItem(table, headKey(replyConversationId))).toMatchObject({ status: 'removed', lastSeq: 1 });
    }
  });

  test('a message that is deleted, edited or reacted to is replied to all the same', async () => {
    const { table, deps, ann, bob, message, texts } = await started();
    const late = await during(table, async () => {
      await react(deps, bob, message.id, '+1');
      await edit(deps, ann, message.id, 'changed');
      await unsay(deps, ann, message.id);
    });
    await reply(late, bob, message, 'x');
    expect(await show(deps, ann, message.id)).toMatchObject({ revision: 4, text: null, reactions: [{ emoji: '+1' }] });
    expect(await textsOf(deps, ann, message.id)).toEqual([...texts, 'x']);
  });
});

test('of a parent that is archived or removed meanwhile no message gets replies', async () => {
  const { table, deps, ann, bob, parent, message } = await world();
  const archived = await during(table, () => update(deps, ann, parent, { status: 'archived' }));
  await expect(reply(archived, bob, message, 'late')).rejects.toMatchObject({ code: 'conflict' });
  expect(await show(deps, ann, message.id)).toEqual(message);
  await update(deps, ann, parent, { status: 'active' });
  const removed = await during(table, () => end(deps, ann, parent));
  await expect(reply(removed, bob, message, 'late')).rejects.toMatchObject({ message: 'Conversation not found' });
  // It would never be found by whoever erases what is left.
  expect(await readItem(table, messageKey(message.id))).not.toHaveProperty('replyConversationId');
});

test('a message that is gone meanwhile is not made again by a reply to it', async () => {
  const { table, bob, message } = await world();
  const late = await during(table, () => drop(table, messageKey(message.id)));
  await expect(reply(late, bob, message, 'late')).rejects.toMatchObject({ message: 'Message not found' });
  expect(await readItem(table, messageKey(message.id))).toBeUndefined();
});

test('a reply conversation that is archived or removed meanwhile is not written to', async () => {
  const { table, deps, ann, bob, message } = await world();
  const { id } = (await reply(deps, ann, message, 'first')).conversation;
  const archived = await during(table, () => update(deps, ann, id, { status: 'archived' }));
  await expect(reply(archived, bob, message, 'late')).rejects.toMatchObject({ code: 'conflict' });
  await update(deps, ann, id, { status: 'active' });
  const removed = await during(table, () => end(deps, serviceOf('acme'), id));
  expect(await reply(removed, bob, message, 'anew')).toMatchObject({ created: true, message: { seq: 1 } });
  expect(await textsOf(deps, ann, message.id)).toEqual(['anew']);
});

test('of two that remove it one finds it gone, and what was made anew meanwhile stays', async () => {
  const { table, deps, ann, bob, message } = await world();
  const service = serviceOf('acme');
  const { id } = (await reply(deps, ann, message, 'first')).conversation;
  const late = await during(table, async () => {
    await end(deps, service, id);
    await reply(deps, bob, message, 'anew');
  });
  await expect(end(late, service, id)).rejects.toMatchObject({ code: 'not_found' });
  expect(await textsOf(deps, ann, message.id)).toEqual(['anew']);
});

test('an edit that a first reply overtakes answers with it, and so does one that its removal does', async () => {
  const { table, deps, ann, bob, message } = await world();
  const late = await during(table, () => reply(deps, bob, message, 'first'));
  const edited = await edit(late, ann, message.id, 'changed');
  expect(edited.replyConversationId).not.toBeNull();
  expect(await show(deps, ann, message.id)).toEqual(edited);
  const removed = await during(table, () => end(deps, serviceOf('acme'), edited.replyConversationId ?? ''));
  expect(await edit(removed, ann, message.id, 'again')).toMatchObject({ replyConversationId: null, revision: 3 });
});

test('who leaves the parent changes nothing in a reply any more', async () => {
  const { deps, table, ann, bob, parent, message } = await world();
  const { id } = (await reply(deps, bob, message, 'well')).message;
  const ways = [
    (late: Deps) => edit(late, bob, id, 'changed'),
    (late: Deps) => react(late, bob, id, '+1'),
    (late: Deps) => unsay(late, bob, id),
  ];
  for (const way of ways) {
    const before = await readItem(table, messageKey(id));
    const late = await during(table, () => leave(deps, bob, parent));
    await expect(way(late)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await readItem(table, messageKey(id))).toEqual(before);
    await add(deps, ann, parent, bob.subject);
  }
});

test('an admin of the parent who is demoted meanwhile neither renames a reply nor deletes in it', async () => {
  const { table, deps, ann, bob, parent, message } = await world();
  const { conversation, message: first } = await reply(deps, bob, message, 'well');
  const left = () => leave(deps, ann, parent).then(() => add(deps, bob, parent, ann.subject));
  const rename = update(await during(table, left), ann, conversation.id, { name: 'Mine' });
  await expect(rename).rejects.toMatchObject({ code: 'forbidden' });
  await leave(deps, bob, parent);
  await add(deps, ann, parent, bob.subject);
  const late = await during(table, left);
  await expect(unsay(late, ann, first.id)).rejects.toMatchObject({ code: 'forbidden' });
  expect(await show(deps, bob, first.id)).toMatchObject({ text: 'well' });
});

test('a first position in a reply that is erased meanwhile is not made', async () => {
  const { table, deps, ann, bob, message } = await world();
  const { conversation, message: first } = await reply(deps, bob, message, 'well');
  const late = await during(table, async () => {
    await end(deps, serviceOf('acme'), conversation.id);
    for (const _ of [1, 2]) await eraseConversation(deps, { conversationId: conversation.id });
  });
  await expect(markRead(late, ann, conversation.id, first.id)).rejects.toMatchObject({ code: 'not_found' });
  expect(await readItem(table, participantKey(conversation.id, ann.subject))).toBeUndefined();
});

test('one’s own reply is never unread, not while it is being stored either', async () => {
  const { table, deps, ann, bob, message } = await world();
  const { id } = (await reply(deps, bob, message, 'one')).conversation;
  await markRead(deps, ann, id, (await reply(deps, bob, message, 'two')).message.id);
  const key = participantKey(id, ann.subject);
  const before = await readItem(table, key);
  await reply(deps, ann, message, 'three');
  const torn = depsOf(await openTable({ existing: table, client: seeing(key, before) }));
  expect(await unread(torn, ann, id)).toBe(0);
});

test('a part that goes with the parent’s head is no refusal, but the parent’s end', async () => {
  const { table, deps, bob, parent, message } = await world();
  await reply(deps, bob, message, 'one');
  const late = await during(table, async () => {
    for (const key of [headKey(parent), participantKey(parent, bob.subject)]) await drop(table, key);
  });
  await expect(reply(late, bob, message, 'late')).rejects.toMatchObject({ message: 'Conversation not found' });
});

test('every read on the way to a reply is consistent', async () => {
  const { table, ann, message } = await world();
  const reads: boolean[] = [];
  const watched = await openTable({
    existing: table,
    client: (client) => {
      for (const command of ['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand']) {
        answering(command, (next, request) => {
          reads.push(request.includes('"ConsistentRead":true'));
          return next();
        })(client);
      }
    },
  });
  const deps = depsOf(watched);
  const { conversation, message: first } = await reply(deps, ann, message, 'one', { clientMessageId: 'k1' });
  await reply(deps, ann, message, 'one', { clientMessageId: 'k1' });
  await get(deps, ann, conversation.id);
  await unread(deps, ann, conversation.id);
  await show(deps, ann, first.id);
  expect(reads.length).toBeGreaterThan(8);
  expect(reads.every((consistent) => consistent)).toBe(true);
});

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('reply' as const), user: fc.nat(2), on: fc.nat(2) }) },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant('read' as const), user: fc.nat(2), on: fc.nat(2), at: fc.nat(20) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constantFrom('leave' as const, 'add' as const), user: fc.nat(2) }) },
);
/** What AWS does to one commit after another: at most as many lose their answer, in all, as the SDK asks again for one. */
const faults = fc
  .tuple(
    fc.array(fc.constantFrom<Fault>('none', 'conflict'), { maxLength: 12 }),
    fc.array(fc.constantFrom<Fault>('throttle', 'lostRequest', 'lostAnswer'), { maxLength: 3 }),
  )
  .chain(([some, lost]) => fc.shuffledSubarray([...some, ...lost]));

test('each message has one conversation of replies, each reply is there once, and unread is exact', async () => {
  const service = serviceOf('acme');
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { maxLength: 6 }),
      faults,
      async (rounds, faults) => {
        const table = await openTable();
        const calm = depsOf(table);
        const troubles = [...faults];
        const broken = depsOf(
          await openTable({
            existing: table,
            client: (client) => {
              colliding()(client);
              failing(() => troubles.shift() ?? 'none')(client);
            },
          }),
        );
        const users = [userOf('acme'), userOf('acme'), userOf('acme')] as const;
        const parent = (await create(calm, service, { participantIds: users.map(({ subject }) => subject) }))
          .conversation;
        const messages: Message[] = [];
        for (const text of ['a', 'b', 'c']) {
          messages.push(await send(calm, service, parent.id, text, { actingUserId: users[0].subject }));
        }
        const stored = new Map<string, string[]>(messages.map(({ id }) => [id, []]));
        const makers: string[] = [];
        const read = new Map<string, number>();
        const reaches = (who: Principal, id: string, seq: number) => {
          const name = `${who.subject} ${id}`;
          read.set(name, Math.max(seq, read.get(name) ?? 0));
        };
        const carryOut = async (one: (typeof rounds)[number][number]) => {
          const who = users[one.user] ?? users[0];
          if (one.act !== 'reply' && one.act !== 'read') {
            return one.act === 'leave' ? leave(broken, who, parent.id) : add(broken, service, parent.id, who.subject);
          }
          const on = messages[one.on] ?? messages[0];
          if (!on) throw new Error('there is no message');
          if (one.act === 'reply') {
            const made = await reply(broken, who, on, 'text');
            stored.get(on.id)?.push(made.message.id);
            if (made.created) makers.push(on.id);
            return reaches(who, on.id, made.message.seq);
          }
          const { replyConversationId: id } = await show(calm, service, on.id);
          const there = id === null ? [] : await allMessages(calm, service, id);
          const message = there[one.at % Math.max(1, there.length)];
          if (!message) return;
          await markRead(broken, who, message.conversationId, message.id);
          reaches(who, on.id, message.seq);
        };

        for (const round of rounds) {
          await Promise.all(
            round.map((one) =>
              carryOut(one).catch((error) => {
                if (!(error instanceof Failure && ['forbidden', 'conflict', 'not_found'].includes(error.code)))
                  throw error;
              }),
            ),
          );
          for (const on of messages) {
            const { replyConversationId: id } = await show(calm, service, on.id);
            const replies = id === null ? [] : await allMessages(calm, service, id);
            expect(replies.map((message) => message.id)).toEqual(stored.get(on.id)?.toSorted());
            expect(replies.map(({ seq }) => seq)).toEqual(replies.map((_, at) => at + 1));
            expect(makers.filter((made) => made === on.id)).toHaveLength(id === null ? 0 : 1);
            if (id === null) continue;
            const { participants } = await get(calm, service, parent.id);
            for (const { userId } of participants) {
              const position = read.get(`${userId} ${on.id}`) ?? 0;
              const left = replies.filter(({ seq, senderId }) => seq > position && senderId !== userId);
              expect(await unread(calm, userOf('acme', userId), id)).toBe(left.length);
            }
          }
        }
      },
    ),
    { numRuns: 40 },
  );
});
