import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Failure } from '../../core/domain/errors.ts';
import type { Message } from '../../core/domain/message.ts';
import { backOff } from '../../core/store/back-off.ts';
import { colliding, type Fault, failing } from '../support/faults.ts';
import { allMessages, create, send } from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

/** What holds of every conversation, however it came about. */
function expectInOrder(messages: readonly Message[]) {
  expect(messages.map(({ seq }) => seq)).toEqual(messages.map((_, at) => at + 1));
  for (const [at, message] of messages.entries()) {
    const previous = messages[at - 1];
    if (!previous) continue;
    expect(message.id > previous.id).toBe(true);
    expect(message.createdAt).toBeGreaterThanOrEqual(previous.createdAt);
  }
}

/** A clock that shows what it is told, again and again: late, early, backwards. */
const clockOf = (times: readonly number[]) => {
  let at = 0;
  return () => 1_700_000_000_000 + (times[at++ % times.length] ?? 0);
};

const clock = fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 1, maxLength: 6 });
const faults = fc.array(fc.constantFrom<Fault>('none', 'none', 'conflict', 'throttle', 'lostRequest', 'lostAnswer'), {
  minLength: 1,
  maxLength: 20,
});
const senders = fc.array(fc.record({ clock, texts: fc.integer({ min: 1, max: 5 }) }), { minLength: 1, maxLength: 5 });

/** A client that does what the contract asks: trouble that passes is tried again, with the same content and key. */
async function persistently<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'unavailable') || tries === 20) throw error;
    }
  }
}

test('concurrent senders leave no gap and no repetition, whatever their clocks and AWS do', async () => {
  await fc.assert(
    fc.asyncProperty(senders, faults, async (plans, faults) => {
      const troubles: Fault[] = [...faults, 'none'];
      const table = await openTable();
      const calm = depsOf(table);
      const service = serviceOf('acme');
      const people = plans.map(() => userOf('acme'));
      const { conversation } = await create(calm, service, { participantIds: people.map(({ subject }) => subject) });

      let trouble = 0;
      const broken = await openTable({
        existing: table,
        client: (client) => {
          colliding()(client);
          failing(() => troubles[trouble++ % troubles.length] ?? 'none')(client);
        },
      });
      const sends = plans.map(async (plan, sender) => {
        const deps = depsOf(broken, clockOf(plan.clock));
        const acknowledged: Message[] = [];
        for (let number = 0; number < plan.texts; number += 1) {
          const text = `${sender}/${number}`;
          const caller = people[sender] ?? userOf('acme');
          acknowledged.push(
            await persistently(() => send(deps, caller, conversation.id, text, { clientMessageId: text })),
          );
        }
        return acknowledged;
      });
      const acknowledged = await Promise.all(sends);

      const stored = await allMessages(calm, service, conversation.id, 7);
      expectInOrder(stored);
      // What was acknowledged is what is stored, each once: nothing lost, nothing twice, and each sender's in order.
      expect(stored.map(({ id }) => id)).toEqual(
        acknowledged
          .flat()
          .map(({ id }) => id)
          .sort(),
      );
      for (const own of acknowledged) {
        expect(stored.filter(({ senderId }) => senderId === own[0]?.senderId).map(({ text }) => text)).toEqual(
          own.map(({ text }) => text),
        );
      }
      expect(stored.map(({ text }) => text).sort()).toEqual(
        plans
          .flatMap(({ texts }, sender) => Array.from({ length: texts }, (_, number) => `${sender}/${number}`))
          .sort(),
      );
    }),
    { numRuns: 40 },
  );
});

test('a commit whose answer was lost is stored once, also without a key', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom<Fault>('lostAnswer', 'lostRequest', 'throttle'), { minLength: 1, maxLength: 2 }),
      fc.boolean(),
      async (troubles, others) => {
        const table = await openTable();
        const calm = depsOf(table);
        const [ann, bob] = [userOf('acme'), userOf('acme')];
        const { conversation } = await create(calm, ann, { participantIds: [bob.subject] });
        const pending = [...troubles];
        const broken = await openTable({
          existing: table,
          client: failing(() => pending.shift() ?? 'none'),
        });
        const [sent] = await Promise.all([
          send(depsOf(broken), ann, conversation.id, 'once'),
          ...(others ? [send(calm, bob, conversation.id, 'meanwhile')] : []),
        ]);
        const stored = await allMessages(calm, ann, conversation.id);
        expectInOrder(stored);
        expect(stored.filter(({ text }) => text === 'once').map(({ id }) => id)).toEqual([sent.id]);
        expect(stored).toHaveLength(others ? 2 : 1);
      },
    ),
    { numRuns: 30 },
  );
});

test('a send that AWS never answers ends as trouble that passes', async () => {
  const table = await openTable();
  const calm = depsOf(table);
  const ann = userOf('acme');
  const { conversation } = await create(calm, ann);
  for (const fault of ['lostRequest', 'throttle', 'conflict'] as const) {
    const broken = depsOf(await openTable({ existing: table, client: failing(() => fault) }));
    await expect(send(broken, ann, conversation.id, 'never')).rejects.toMatchObject({ code: 'unavailable' });
  }
  expect(await allMessages(calm, ann, conversation.id)).toEqual([]);
});

test('many senders at once all get through, though AWS cancels all but one at a time', async () => {
  const table = await openTable();
  const people = Array.from({ length: 16 }, () => userOf('acme'));
  const service = serviceOf('acme');
  const { conversation } = await create(depsOf(table), service, {
    participantIds: people.map(({ subject }) => subject),
  });
  const crowded = depsOf({
    ...(await openTable({ existing: table, client: colliding() })),
    pause: backOff,
  });
  await Promise.all(people.map((caller) => persistently(() => send(crowded, caller, conversation.id, 'now'))));
  const stored = await allMessages(depsOf(table), service, conversation.id);
  expectInOrder(stored);
  expect(stored).toHaveLength(people.length);
});
