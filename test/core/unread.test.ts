import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../core/domain/errors.ts';
import type { Message } from '../../core/domain/message.ts';
import { participantId } from '../../core/domain/participant.ts';
import type { Principal } from '../../core/domain/principal.ts';
import { readId, unreadCount } from '../../core/domain/read-position.ts';
import { readActiveParticipants } from '../../core/store/participants.ts';
import { colliding } from '../support/faults.ts';
import { add, allMessages, create, get, leave, markRead, remove, send, unread, unsay } from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

/** What is unread, by counting: the messages of others past what the user has read, joined at, or written. */
class Model {
  readonly #reads = new Map<string, number>();

  read(user: string, seq: number) {
    this.#reads.set(user, Math.max(seq, this.#reads.get(user) ?? 0));
  }

  unread(user: string, messages: readonly Message[]): number {
    const own = messages.filter(
      ({ senderId, systemEvent, subjectId }) => senderId === user || (systemEvent === 'join' && subjectId === user),
    );
    const position = Math.max(this.#reads.get(user) ?? 0, ...own.map(({ seq }) => seq));
    return messages.filter(
      ({ seq, senderId, systemEvent }) => seq > position && senderId !== user && systemEvent === null,
    ).length;
  }
}

const user = fc.nat({ max: 3 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('send' as const), user }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('read' as const), user, at: fc.nat({ max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('delete' as const), user, at: fc.nat({ max: 30 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constantFrom('leave' as const, 'add' as const, 'remove' as const), user }),
  },
);

/** Nobody must be told anything else by what may be done to a conversation. */
async function allowed(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof Failure && ['forbidden', 'conflict', 'not_found'].includes(error.code)) return false;
    throw error;
  }
}

test('unread is exact, whoever sends, reads, joins and leaves meanwhile', async () => {
  const service = serviceOf('acme');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { maxLength: 8 }), async (rounds) => {
      const table = await openTable({ client: colliding() });
      const deps = depsOf(table);
      const users = Array.from({ length: 4 }, () => userOf('acme'));
      const [ann, bob] = users as [Principal, Principal];
      const { id } = (await create(deps, ann, { participantIds: [bob.subject] })).conversation;
      const model = new Model();

      for (const round of rounds) {
        const before = await allMessages(deps, service, id);
        await Promise.all(
          round.map(async (one) => {
            const who = users[one.user] ?? ann;
            switch (one.act) {
              case 'send':
                return allowed(send(deps, who, id, 'text'));
              case 'read': {
                const message = before[one.at % Math.max(1, before.length)];
                if (message && (await allowed(markRead(deps, who, id, message.id)))) {
                  model.read(who.subject, message.seq);
                }
                return;
              }
              case 'delete': {
                const message = before[one.at % Math.max(1, before.length)];
                return message && allowed(unsay(deps, who, message.id));
              }
              case 'leave':
                return allowed(leave(deps, who, id));
              case 'add':
                return allowed(add(deps, service, id, who.subject));
              case 'remove':
                return allowed(remove(deps, service, id, who.subject));
            }
          }),
        );

        const messages = await allMessages(deps, service, id);
        expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, at) => at + 1));
        const conversation = await get(deps, service, id);
        const { participants } = await readActiveParticipants(table, id, { past: undefined, limit: 100 });
        expect(conversation.participantCount).toBe(participants.length);
        expect(conversation.participants.map(({ userId, role }) => `${userId} ${role}`).toSorted()).toEqual(
          participants.map(({ userId, role }) => `${userId} ${role}`),
        );
        if (participants.length > 0) {
          const owner = participants.find(({ userId }) => userId === conversation.ownerId);
          expect(owner).toMatchObject({ role: 'admin' });
        }
        for (const { userId } of participants) {
          const count = await unread(deps, userOf('acme', userId), id);
          expect(count).toBe(model.unread(userId, messages));
        }
      }
    }),
    { numRuns: 40 },
  );
});

test('who has read what came after the conversation was looked at has nothing unread', () => {
  const conversation = { lastOrdinal: 3, lastSenderId: randomUUID() };
  expect(unreadCount(conversation, randomUUID(), { messageId: randomUUID(), ordinal: 5, at: 0 })).toBe(0);
});

test('who wrote the last message has nothing unread, also where the position that was read is older than that', () => {
  const [author, other] = [randomUUID(), randomUUID()];
  const conversation = { lastOrdinal: 3, lastSenderId: author };
  const read = { messageId: randomUUID(), ordinal: 1, at: 0 };
  expect(unreadCount(conversation, author, read)).toBe(0);
  expect(unreadCount(conversation, other, read)).toBe(2);
});

test('how far a user has read has another id than the user’s part', () => {
  const [conversation, user] = [randomUUID(), randomUUID()];
  expect(readId(conversation, user)).not.toBe(participantId(conversation, user));
  expect(readId(conversation, user)).not.toBe(readId(conversation, randomUUID()));
});
