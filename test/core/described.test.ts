import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { TaggedConversation } from '../../core/contract/v1/conversation.ts';
import { Message as MessageBody } from '../../core/contract/v1/message.ts';
import { taggedBodies } from '../../core/dialects/v1/conversation.ts';
import { listMessages } from '../../core/dialects/v1/list-messages.ts';
import { Failure } from '../../core/domain/errors.ts';
import type { Principal } from '../../core/domain/principal.ts';
import type { RealtimeDeps } from '../../core/realtime/deps.ts';
import {
  createDescribed,
  described,
  describedConversations,
  introduce,
  readMessage,
  request,
  sendTo,
} from '../support/dialects.ts';
import { add, create, edit, leave, markRead, remove, reply, send, unsay } from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { RecordingPublisher } from '../support/publisher.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const START = 1_700_000_000_000;

const service = serviceOf('acme');
const microTime = (millis: number) => new Date(millis).toISOString().replace('Z', '000Z');
const timeOrNull = (millis: number | null) => (millis === null ? null : microTime(millis));

interface Told {
  readonly sender: 0 | 1;
  readonly event: 'join' | 'leave' | null;
  readonly at: number;
  text: string;
  isDeleted: boolean;
}

/** A direct conversation of two, as one would keep it in a notebook. */
class Notebook {
  readonly told: Told[] = [];
  /** Of each of the two: whether it takes part, up to which message it has read, and when that last changed. */
  readonly parts = [0, 1].map(() => ({ isActive: true, read: 0, readAt: null as number | null }));

  #part(user: 0 | 1) {
    return this.parts[user] ?? { isActive: false, read: 0, readAt: null };
  }

  #tell(sender: 0 | 1, event: Told['event'], text: string, now: number) {
    const last = this.told.at(-1)?.at ?? START;
    const at = event === 'join' ? Math.max(now, last + 1) : Math.max(now, last);
    this.told.push({ sender, event, at, text, isDeleted: false });
    return at;
  }

  send(user: 0 | 1, text: string, now: number) {
    const at = this.#tell(user, null, text, now);
    Object.assign(this.#part(user), { read: this.told.length, readAt: at });
  }

  read(user: 0 | 1, seq: number, now: number) {
    if (seq > this.#part(user).read) Object.assign(this.#part(user), { read: seq, readAt: now });
  }

  leave(user: 0 | 1, text: string, now: number) {
    this.#tell(user, 'leave', text, now);
    this.#part(user).isActive = false;
  }

  join(user: 0 | 1, text: string, now: number) {
    const readAt = this.#tell(user, 'join', text, now);
    Object.assign(this.#part(user), { isActive: true, read: this.told.length, readAt });
  }

  unread(user: 0 | 1): number {
    const { read } = this.#part(user);
    return this.told.slice(read).filter(({ sender, event }) => event === null && sender !== user).length;
  }

  /** When a message was read by the other one, if it was. */
  readAt(seq: number): number | null {
    const one = this.told[seq - 1];
    if (!one || one.event !== null) return null;
    const other = this.#part(one.sender === 0 ? 1 : 0);
    return other.read >= seq ? other.readAt : null;
  }
}

const who = fc.constantFrom(0 as const, 1 as const);
const at = fc.nat({ max: 30 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: fc.constantFrom('send' as const, 'sendNatively' as const), who, at }) },
  { weight: 5, arbitrary: fc.record({ act: fc.constantFrom('read' as const, 'readNatively' as const), who, at }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constantFrom('edit' as const, 'delete' as const), who, at }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constantFrom('leave' as const, 'create' as const), who, at }) },
);

/** Whether it was let be done; otherwise it was refused as one might be who takes part or not. */
async function allowed(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof Failure && ['forbidden', 'conflict', 'not_found'].includes(error.code)) return false;
    throw error;
  }
}

/** The whole conversation as v1 shows it to who may read all. */
async function platformView(deps: RealtimeDeps, id: string) {
  const { body } = listMessages.encode(await described(deps, service, id), request);
  return z.object({ data: z.array(MessageBody), conversation: TaggedConversation }).parse(body);
}

test('unread counts, read positions, last messages and read messages are as one would count them', async () => {
  const table = await openTable();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      let now = START;
      const deps = { ...depsOf(table, () => now), publisher: new RecordingPublisher() };
      const users: [Principal, Principal] = [userOf('acme'), userOf('acme')];
      for (const [index, user] of users.entries()) await introduce(deps, user, `user ${index}`);
      const { conversation } = (await createDescribed(deps, users[0], users[1].subject)).conversation;
      const { id } = conversation;
      const notebook = new Notebook();

      for (const { act, who, at } of steps) {
        now += 1_000;
        const [user, other] = [users[who], users[who === 0 ? 1 : 0]];
        const shown = (await described(deps, service, id)).messages;
        const index = at % Math.max(1, shown.length);
        const message = shown[index]?.message;
        const noted = notebook.told[index];
        const isActive = notebook.parts[who]?.isActive === true;
        const isOthers = notebook.parts[who === 0 ? 1 : 0]?.isActive === true;
        const text = `text ${now}`;
        switch (act) {
          case 'send':
            expect(await allowed(sendTo(deps, user, id, other.subject, text))).toBe(isActive && isOthers);
            if (isActive && isOthers) notebook.send(who, text, now);
            break;
          case 'sendNatively':
            expect(await allowed(send(deps, user, id, text))).toBe(isActive);
            if (isActive) notebook.send(who, text, now);
            break;
          case 'read': {
            if (!message || !noted) break;
            const isReceiver = isActive && noted.event === null && noted.sender !== who;
            expect(await allowed(readMessage(deps, user, message.id))).toBe(isReceiver);
            if (isReceiver) notebook.read(who, index + 1, now);
            break;
          }
          case 'readNatively':
            if (!message) break;
            expect(await allowed(markRead(deps, user, id, message.id))).toBe(isActive);
            if (isActive) notebook.read(who, index + 1, now);
            break;
          case 'edit': {
            if (!message || !noted) break;
            const isOwn = isActive && noted.event === null && noted.sender === who && !noted.isDeleted;
            expect(await allowed(edit(deps, user, message.id, text))).toBe(isOwn);
            if (isOwn) noted.text = text;
            break;
          }
          case 'delete': {
            if (!message || !noted) break;
            const isOwn = isActive && noted.event === null && noted.sender === who;
            expect(await allowed(unsay(deps, user, message.id))).toBe(isOwn);
            if (isOwn) Object.assign(noted, { text: '', isDeleted: true });
            break;
          }
          case 'leave':
            expect(await allowed(leave(deps, user, id))).toBe(isActive);
            if (isActive) notebook.leave(who, `${user.subject} left`, now);
            break;
          case 'create': {
            const again = await createDescribed(deps, user, other.subject);
            expect(again).toMatchObject({ created: false, conversation: { conversation: { id } } });
            for (const back of who === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
              if (!notebook.parts[back]?.isActive) notebook.join(back, `${users[back].subject} joined`, now);
            }
          }
        }
      }

      const { data, conversation: shown } = await platformView(deps, id);
      const idOf = (index: 0 | 1) => users[index].subject;
      expect(
        data.map(({ sender, receiver, context, metadata, status }) => ({
          sender: sender?.uuid,
          receiver: receiver?.uuid ?? null,
          text: context.text,
          event: metadata['system_event'] ?? null,
          status,
        })),
      ).toEqual(
        notebook.told.map(({ sender, event, at, text, isDeleted }, index) => ({
          sender: idOf(sender),
          receiver: event === null ? idOf(sender === 0 ? 1 : 0) : null,
          text,
          event,
          status: {
            is_read: notebook.readAt(index + 1) !== null,
            read_at: timeOrNull(notebook.readAt(index + 1)),
            delivered_at: microTime(at),
            is_deleted: isDeleted,
          },
        })),
      );

      const last = notebook.told.at(-1);
      const active = ([0, 1] as const).filter((index) => notebook.parts[index]?.isActive);
      const expected = {
        uuid: id,
        last_message_text: last?.text ?? null,
        last_message_at: timeOrNull(last?.at ?? null),
      };
      const countsOf = ({ participants }: z.infer<typeof TaggedConversation>) =>
        Object.fromEntries(
          participants.map(({ uuid, pivot }) => [uuid, { unread: pivot.unread_count, readAt: pivot.last_read_at }]),
        );
      const counts = Object.fromEntries(
        active.map((index) => [
          idOf(index),
          { unread: notebook.unread(index), readAt: timeOrNull(notebook.parts[index]?.readAt ?? null) },
        ]),
      );
      expect(shown).toMatchObject(expected);
      expect(countsOf(shown)).toEqual(counts);
      for (const [index, user] of users.entries()) {
        const { conversations } = await describedConversations(deps, user);
        const [listed] = taggedBodies(conversations, user.subject);
        if (!notebook.parts[index]?.isActive) {
          expect(listed).toBeUndefined();
          continue;
        }
        expect(listed).toMatchObject(expected);
        expect(listed && countsOf(listed)).toEqual(counts);
      }
    }),
    { numRuns: 40 },
  );
});

/** A direct conversation of Ann's and Bob's. */
async function world() {
  const recorder = new Recorder();
  let time = START;
  const deps = {
    ...depsOf(await openTable({ client: recorder.watch }), () => {
      time += 1;
      return time;
    }),
    publisher: new RecordingPublisher(),
  };
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  await introduce(deps, ann, 'ann');
  await introduce(deps, bob, 'bob');
  const { conversation } = (await createDescribed(deps, ann, bob.subject)).conversation;
  return { recorder, deps, ann, bob, id: conversation.id };
}

test('who has left is shown as the receiver of what was sent, but takes part no more', async () => {
  const { deps, ann, bob, id } = await world();
  await sendTo(deps, ann, id, bob.subject, 'before');
  await leave(deps, bob, id);
  await send(deps, ann, id, 'after');
  await expect(sendTo(deps, ann, id, bob.subject, 'to nobody')).rejects.toMatchObject({ code: 'not_found' });
  const { data, conversation } = await platformView(deps, id);
  expect(data.map(({ receiver }) => receiver?.name)).toEqual(['bob', undefined, 'bob']);
  expect(data.map(({ status }) => status.is_read)).toEqual([false, false, false]);
  expect(conversation.participants.map(({ name }) => name)).toEqual(['ann']);
});

test('a conversation shows who began it first, and what is known of both', async () => {
  const { deps, ann, bob, id } = await world();
  const person = (user: Principal, name: string) => ({ id: user.subject, profile: { name }, unreadCount: 0 });
  const both = [person(ann, 'ann'), person(bob, 'bob')];
  for (const viewer of [ann, bob]) {
    expect((await describedConversations(deps, viewer)).conversations).toMatchObject([{ participants: both }]);
  }
  expect(await createDescribed(deps, bob, ann.subject)).toMatchObject({
    created: false,
    conversation: { conversation: { id }, participants: both, lastMessage: null },
  });
  await expect(createDescribed(deps, ann, randomUUID())).rejects.toMatchObject({ reason: 'unknown_participant' });
  // Known elsewhere is not known here.
  const other = userOf('other');
  await introduce(deps, other, 'other');
  await expect(createDescribed(deps, ann, other.subject)).rejects.toMatchObject({ reason: 'unknown_participant' });
  await expect(createDescribed(deps, ann, ann.subject)).rejects.toMatchObject({
    code: 'validation_failed',
    faults: [{}],
  });
});

test('in a group nobody is a receiver, and each participant has its own count', async () => {
  const { deps, ann, bob } = await world();
  const carl = userOf('acme');
  const { id } = (await create(deps, ann, { participantIds: [bob.subject, carl.subject] })).conversation;
  const first = await send(deps, ann, id, 'one');
  await send(deps, bob, id, 'two');
  await markRead(deps, carl, id, first.id);
  await expect(readMessage(deps, carl, first.id)).rejects.toMatchObject({ code: 'forbidden' });
  const { conversation, messages } = await described(deps, carl, id);
  expect(messages).toMatchObject([
    { sender: { id: ann.subject }, receiver: null, readAt: null },
    { sender: { id: bob.subject }, receiver: null, readAt: null },
  ]);
  const counts = conversation.participants.map(({ id, unreadCount }) => [id, unreadCount]);
  expect(Object.fromEntries(counts)).toEqual({ [ann.subject]: 1, [bob.subject]: 0, [carl.subject]: 1 });
  await expect(sendTo(deps, ann, id, bob.subject, 'x')).rejects.toMatchObject({ reason: 'not_direct' });

  const dora = userOf('acme');
  await add(deps, ann, id, dora.subject);
  await remove(deps, ann, id, bob.subject);
  const after = await described(deps, dora, id);
  expect(after.messages).toMatchObject([
    { sender: { id: ann.subject } },
    { sender: { id: bob.subject, profile: { name: 'bob' } } },
    { sender: { id: dora.subject, profile: undefined }, receiver: null },
    { sender: { id: bob.subject }, receiver: null },
  ]);
  expect(after.conversation.participants.map(({ id }) => id)).not.toContain(bob.subject);
});

test('only its receiver marks a message as read: not its sender, a stranger, nor of a reply anybody', async () => {
  const { deps, ann, bob, id } = await world();
  const { message } = await sendTo(deps, ann, id, bob.subject, 'hello');
  const forbidden = { code: 'forbidden' };
  await expect(readMessage(deps, ann, message.id)).rejects.toMatchObject(forbidden);
  await expect(readMessage(deps, userOf('acme'), message.id)).rejects.toMatchObject(forbidden);
  await expect(readMessage(deps, userOf('other', bob.subject), message.id)).rejects.toMatchObject({
    code: 'not_found',
  });
  const answer = (await reply(deps, ann, message, 'reply')).message;
  await expect(readMessage(deps, bob, answer.id)).rejects.toMatchObject(forbidden);
  expect((await described(deps, ann, id)).messages).toMatchObject([{ readAt: null }]);
  await readMessage(deps, bob, message.id);
  const [read] = (await described(deps, ann, id)).messages;
  expect(read?.readAt).toBeGreaterThan(START);
  await readMessage(deps, bob, message.id);
  expect((await described(deps, ann, id)).messages).toEqual([read]);
});

test('a send tells whom it is from and for; again under its key, whether that was read meanwhile', async () => {
  const { deps, ann, bob, id } = await world();
  const key = { idempotencyKey: 'k' };
  const first = await sendTo(deps, ann, id, bob.subject, 'hello', key);
  expect(first).toMatchObject({
    sender: { id: ann.subject, profile: { name: 'ann' } },
    receiver: { id: bob.subject, profile: { name: 'bob' } },
    readAt: null,
  });
  await readMessage(deps, bob, first.message.id);
  const again = await sendTo(deps, ann, id, bob.subject, 'hello', key);
  expect(again.message).toEqual(first.message);
  expect(again.readAt).not.toBeNull();
});

test('a list takes four trips, a page of messages three, a new conversation three, a message read three', async () => {
  const { recorder, deps, ann, bob, id } = await world();
  const { message } = await sendTo(deps, ann, id, bob.subject, 'hello');
  const trips = async (work: () => Promise<unknown>) => (await recorder.cost(work)).trips;
  expect(await trips(() => describedConversations(deps, ann))).toBe(4);
  expect(await trips(() => described(deps, ann, id))).toBe(3);
  expect(await trips(() => readMessage(deps, bob, message.id))).toBe(3);
  const carl = userOf('acme');
  await introduce(deps, carl, 'carl');
  expect(await trips(() => createDescribed(deps, ann, carl.subject))).toBe(3);
});
