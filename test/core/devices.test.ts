import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviceTypes } from '../../core/contract/message-content.ts';
import { Failure } from '../../core/domain/errors.ts';
import type { DeviceType } from '../../core/domain/message-context.ts';
import type { Principal } from '../../core/domain/principal.ts';
import { countDevices } from '../../core/operations/count-devices.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { createTranscript, sendTo, sentFrom } from '../support/dialects.ts';
import { colliding, failing } from '../support/faults.ts';
import { add, allMessages, create, leave, markRead, react, send, unsay, update } from '../support/flow.ts';
import { withPast, words } from '../support/past.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { RecordingPublisher } from '../support/publisher.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const count = (deps: Deps, caller: Principal, actingUserId?: string) => countDevices(deps, caller, { actingUserId });

/** The counts as a map, which says nothing of the order of those that are equal. */
const counts = async (deps: Deps, caller: Principal) =>
  Object.fromEntries((await count(deps, caller)).map(({ type, count }) => [type, count]));

/** The same from the messages of some conversations, read back one by one. */
async function recount(deps: Deps, organization: string, ids: readonly string[]) {
  const found: Partial<Record<DeviceType, number>> = {};
  for (const id of ids) {
    for (const { context } of await allMessages(deps, serviceOf(organization), id)) {
      if (context) found[context.device.type] = (found[context.device.type] ?? 0) + 1;
    }
  }
  return found;
}

/** Who has a conversation with whom, of three users in each of two organizations. */
const pairs = ['acme', 'other'].flatMap((organization) =>
  [
    [0, 1],
    [1, 2],
    [2, 0],
  ].map(([a = 0, b = 0]) => ({ organization, a, b })),
);

const one = fc.record({
  act: fc.constantFrom('send' as const, 'send' as const, 'send' as const, 'native' as const, 'delete' as const),
  pair: fc.nat(pairs.length - 1),
  isFromFirst: fc.boolean(),
  device: fc.constantFrom(...deviceTypes),
  key: fc.constantFrom(undefined, undefined, 'k1', 'k2'),
  text: fc.constantFrom('same', 'other'),
});
const fault = fc.constantFrom('none', 'none', 'none', 'conflict', 'throttle', 'lostRequest', 'lostAnswer');

test('counts of devices equal a recount of the messages, whoever sends at once, whatever fails', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(one, { minLength: 1, maxLength: 6 }), { maxLength: 6 }),
      fc.array(fault, { minLength: 1, maxLength: 15 }),
      async (rounds, faults) => {
        const table = await openTable();
        const calm = depsOf(table);
        let trouble = 0;
        const broken = await openTable({
          existing: table,
          client: (client) => {
            colliding()(client);
            // Trouble without an end would stop everything.
            failing(() => [...faults, 'none' as const][trouble++ % (faults.length + 1)] ?? 'none')(client);
          },
        });
        const deps = { ...depsOf(broken), publisher: new RecordingPublisher() };
        const ids = [randomUUID(), randomUUID(), randomUUID()];
        // The same people in both.
        const person = (organization: string, at: number) => userOf(organization, ids[at] ?? '');
        const made: { id: string; users: [Principal, Principal]; organization: string }[] = [];
        for (const { organization, a, b } of pairs) {
          const users: [Principal, Principal] = [person(organization, a), person(organization, b)];
          const { conversation } = await createTranscript(calm, users[0], [users[1].subject]);
          made.push({ id: conversation.id, users, organization });
        }

        const answered = new Map<string, Set<string>>();
        for (const round of rounds) {
          await Promise.all(
            round.map(async ({ act, pair, isFromFirst, device, key, text }) => {
              const here = made[pair];
              if (!here) return;
              const [sender, receiver] = isFromFirst ? here.users : [here.users[1], here.users[0]];
              try {
                if (act === 'native') await send(deps, sender, here.id, text);
                if (act === 'delete') {
                  const [message] = await allMessages(calm, sender, here.id);
                  if (message) await unsay(deps, serviceOf(here.organization), message.id);
                }
                if (act !== 'send') return;
                const input = { context: sentFrom(device), idempotencyKey: key };
                const { message } = await sendTo(deps, sender, here.id, receiver.subject, text, input);
                const scope = key === undefined ? message.id : `${sender.organization} ${sender.subject} ${key}`;
                answered.set(scope, (answered.get(scope) ?? new Set()).add(message.id));
              } catch (error) {
                if (!(error instanceof Failure && ['conflict', 'unavailable'].includes(error.code))) throw error;
              }
            }),
          );
        }
        // Under one key there is one message.
        for (const messages of answered.values()) expect(messages.size).toBe(1);
        for (const organization of ['acme', 'other']) {
          for (const at of [0, 1, 2]) {
            const user = person(organization, at);
            const own = made.filter(
              (one) => one.organization === organization && one.users.some(({ subject }) => subject === user.subject),
            );
            const recounted = await recount(
              calm,
              organization,
              own.map(({ id }) => id),
            );
            expect(await counts(calm, user)).toEqual(recounted);
          }
        }
      },
    ),
    { numRuns: 30 },
  );
});

/** A direct conversation of Ann's and Bob's. */
async function world() {
  const recorder = new Recorder();
  const deps = { ...depsOf(await openTable({ client: recorder.watch })), publisher: new RecordingPublisher() };
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const { id } = (await createTranscript(deps, ann, [bob.subject])).conversation;
  const sendFrom = (type: DeviceType, input: Parameters<typeof sendTo>[5] = {}) =>
    sendTo(deps, ann, id, bob.subject, words(200), { context: sentFrom(type), ...input });
  return { recorder, deps, ann, bob, id, sendFrom };
}

test('types come by how many messages there are, and none that was not used', async () => {
  const { deps, ann, bob, id, sendFrom } = await world();
  expect(await count(deps, ann)).toEqual([]);
  await send(deps, ann, id, 'without a device');
  expect(await count(deps, ann)).toEqual([]);
  for (const type of ['desktop', 'mobile', 'desktop', 'desktop', 'mobile'] as const) await sendFrom(type);
  const expected = [
    { type: 'desktop', count: 3 },
    { type: 'mobile', count: 2 },
  ];
  expect(await count(deps, ann)).toEqual(expected);
  // What somebody else wrote in the conversation counts too.
  expect(await count(deps, bob)).toEqual(expected);
  await sendFrom('web');
  expect(await count(deps, bob)).toEqual([...expected, { type: 'web', count: 1 }]);
  expect(await count(deps, userOf('acme'))).toEqual([]);
  expect(await count(deps, userOf('other', ann.subject))).toEqual([]);
});

test('a service counts for a user of its organization whom it names; a user for nobody else', async () => {
  const { deps, ann, bob, sendFrom } = await world();
  await sendFrom('web');
  expect(await count(deps, serviceOf('acme'), ann.subject)).toEqual([{ type: 'web', count: 1 }]);
  expect(await count(deps, serviceOf('other'), ann.subject)).toEqual([]);
  await expect(count(deps, serviceOf('acme'))).rejects.toMatchObject({ code: 'validation_failed' });
  await expect(count(deps, ann, bob.subject)).rejects.toMatchObject({ code: 'forbidden' });
});

test('a message counts once under its key, and as long as its conversation is there, deleted too', async () => {
  const { deps, ann, bob, id, sendFrom } = await world();
  const key = { idempotencyKey: 'k' };
  const sends = await Promise.all(Array.from({ length: 5 }, () => sendFrom('web', key)));
  expect(new Set(sends.map(({ message }) => message.id)).size).toBe(1);
  expect(await count(deps, ann)).toEqual([{ type: 'web', count: 1 }]);
  await expect(sendFrom('mobile', key)).rejects.toMatchObject({ code: 'conflict' });
  await expect(sendFrom('web', { ...key, text: 'other' })).rejects.toMatchObject({ code: 'conflict' });
  const { message } = await sendFrom('mobile');
  await unsay(deps, ann, message.id);
  const expected = { web: 1, mobile: 1 };
  expect(await counts(deps, ann)).toEqual(expected);
  expect(await recount(deps, 'acme', [id])).toEqual(expected);
  await expect(sendTo(deps, userOf('acme'), id, bob.subject, 'x')).rejects.toMatchObject({ code: 'forbidden' });
  await expect(sendTo(deps, ann, id, ann.subject, 'x')).rejects.toMatchObject({ code: 'not_found' });
  await update(deps, ann, id, { status: 'archived' });
  await expect(sendFrom('web')).rejects.toMatchObject({ reason: 'archived' });
  // A repeated send is answered still, and still counts once.
  expect((await sendFrom('web', key)).message.id).toBe(sends[0]?.message.id);
  expect(await counts(deps, ann)).toEqual(expected);
});

test('whatever else happens to a conversation, its counts stay; who leaves counts it no more', async () => {
  const { deps, ann, bob, id, sendFrom } = await world();
  const { message } = await sendFrom('web');
  await react(deps, bob, message.id, '+1');
  await markRead(deps, bob, id, message.id);
  await update(deps, ann, id, { name: 'Named', status: 'archived' });
  await update(deps, ann, id, { status: 'active' });
  await leave(deps, bob, id);
  expect(await counts(deps, bob)).toEqual({});
  expect(await counts(deps, ann)).toEqual({ web: 1 });
  await createTranscript(deps, bob, [ann.subject]);
  await sendFrom('web');
  expect(await counts(deps, bob)).toEqual({ web: 2 });
});

test('counting takes two trips and reads no messages, however many there are', async () => {
  const { recorder, deps, ann, id, sendFrom } = await world();
  await sendFrom('web');
  const cost = () => recorder.cost(() => count(deps, ann));
  const few = await cost();
  // The index, half a unit; and the conversation.
  expect(few).toMatchObject({ trips: 2, reads: 1.5, writes: 0 });
  await withPast(deps, id, 'acme', ann.subject, 5_000);
  for (let at = 0; at < 20; at += 1) {
    const { conversation } = await create(deps, ann);
    await withPast(deps, conversation.id, 'acme', ann.subject, 20);
    await add(deps, ann, conversation.id, randomUUID());
  }
  const many = await cost();
  expect(many.result).toEqual(few.result);
  // Twenty conversations more are as many units.
  expect(many).toMatchObject({ trips: 2, reads: few.reads + 20, writes: 0 });
});
