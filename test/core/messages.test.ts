import { randomUUID } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageId, tailOf } from '../../core/domain/ids.ts';
import type { Principal } from '../../core/domain/principal.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { headKey, messageKey, participantKey } from '../../core/store/keys.ts';
import { readItem } from '../../core/store/reading.ts';
import type { Key, Table } from '../../core/store/table.ts';
import { colliding, type Fault, failing, overtaking } from '../support/faults.ts';
import {
  allMessages,
  bookmark,
  create,
  edit,
  react,
  reactions,
  send,
  show,
  takeBack,
  unbookmark,
  unsay,
} from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { depsOf, drop, set, useTables } from '../support/table.ts';

const openTable = useTables();

const START = 1_700_000_000_000;

const update = (table: Table, Key: Key, UpdateExpression: string, value?: unknown) =>
  table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key,
      UpdateExpression,
      ExpressionAttributeNames: UpdateExpression.includes('#status') ? { '#status': 'status' } : undefined,
      ExpressionAttributeValues: value === undefined ? undefined : { ':value': value },
    }),
  );

const leave = (table: Table, id: string, { subject }: Principal) =>
  set(table, participantKey(id, subject), 'leftAt', 1);

const erase = (table: Table, id: string) => drop(table, messageKey(id));

/** A group of Ann, its admin, and Bob, in which Bob has written, and reacted to, `id`. */
async function world(kind: 'group' | 'direct' = 'group') {
  const table = await openTable();
  const clock = { time: START };
  const deps = depsOf(table, () => clock.time);
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const { conversation } = await create(deps, ann, { kind, participantIds: [bob.subject] });
  const { id } = await send(deps, bob, conversation.id, 'hello', { clientMessageId: 'k1' });
  await react(deps, bob, id, '+1');
  clock.time += 1_000;
  /** What an operation meets that `change` overtakes. */
  const overtaken = async (change: () => Promise<unknown>): Promise<Deps> =>
    depsOf(await openTable({ existing: table, client: overtaking(change) }), () => clock.time);
  return { table, clock, deps, ann, bob, id, conversation, overtaken };
}

type Way = (deps: Deps, caller: Principal, id: string, by?: string) => Promise<unknown>;

const writing: Record<string, Way> = {
  edit: (deps, caller, id, by) => edit(deps, caller, id, 'changed', by),
  react: (deps, caller, id, by) => react(deps, caller, id, '!', by),
  'take back a reaction': (deps, caller, id, by) => takeBack(deps, caller, id, '+1', by),
  delete: unsay,
};
const ways: Record<string, Way> = {
  show,
  'list reactions': reactions,
  bookmark,
  ...writing,
  'remove a bookmark': unbookmark,
};

describe.each(Object.entries(ways))('%s', (name, way) => {
  test('needs a message that is there, and a part in its conversation', async () => {
    const { table, deps, ann, bob, id, conversation } = await world();
    const item = () => readItem(table, messageKey(id));
    const before = await item();
    const missing = { code: 'not_found', message: 'Message not found' };
    const outside = { code: 'forbidden', message: 'Not a participant of this conversation' };
    for (const caller of [userOf('acme'), ann, bob]) {
      await expect(way(deps, caller, randomUUID())).rejects.toMatchObject(missing);
    }
    const unsent = messageId(tailOf(conversation.id), 7, START);
    await expect(way(deps, bob, unsent)).rejects.toMatchObject(missing);
    for (const stranger of [userOf('other'), userOf('other', bob.subject)]) {
      await expect(way(deps, stranger, id)).rejects.toMatchObject(missing);
    }
    await expect(way(deps, serviceOf('other'), id, bob.subject)).rejects.toMatchObject(missing);
    for (const message of [id, unsent]) await expect(way(deps, userOf('acme'), message)).rejects.toMatchObject(outside);
    await expect(way(deps, serviceOf('acme'), id, randomUUID())).rejects.toMatchObject(outside);
    await expect(way(deps, ann, id, bob.subject)).rejects.toMatchObject({ code: 'forbidden' });

    await leave(table, conversation.id, bob);
    await expect(way(deps, bob, id)).rejects.toMatchObject(outside);
    await expect(way(deps, serviceOf('acme'), id, bob.subject)).rejects.toMatchObject(outside);
    await update(table, participantKey(conversation.id, bob.subject), 'REMOVE leftAt');
    await set(table, headKey(conversation.id), 'status', 'removed');
    await expect(way(deps, bob, id)).rejects.toMatchObject(missing);
    expect(await item()).toEqual(before);
  });

  test('goes on in an archived conversation, also by a service for its user', async () => {
    const { table, deps, bob, id, conversation } = await world();
    await bookmark(deps, bob, id);
    await set(table, headKey(conversation.id), 'status', 'archived');
    await way(deps, serviceOf('acme'), id, bob.subject);
  });

  test('by a service that names nobody needs no user, or asks for one', async () => {
    const { deps, id } = await world();
    const attempt = way(deps, serviceOf('acme'), id);
    if (['show', 'list reactions', 'delete'].includes(name)) await attempt;
    else await expect(attempt).rejects.toMatchObject({ code: 'validation_failed', faults: [{ path: 'userId' }] });
  });
});

test('a message is shown as it is, its key to its sender alone', async () => {
  const { deps, ann, bob, id, conversation } = await world();
  const [listed] = await allMessages(deps, bob, conversation.id);
  expect(await show(deps, bob, id)).toEqual(listed);
  expect(listed).toMatchObject({ clientMessageId: 'k1', revision: 2, reactions: [{ emoji: '+1' }] });
  for (const caller of [ann, serviceOf('acme')]) {
    expect(await show(deps, caller, id)).toEqual({ ...listed, clientMessageId: null });
  }
});

test('an edit changes the text, and when, and nothing else; never to before the message', async () => {
  const { deps, clock, bob, id } = await world();
  const before = await show(deps, bob, id);
  const edited = await edit(deps, bob, id, 'hello again');
  expect(edited).toEqual({ ...before, text: 'hello again', editedAt: START + 1_000, revision: 3 });
  expect(await show(deps, bob, id)).toEqual(edited);
  clock.time = START - 5_000;
  expect(await edit(deps, bob, id, 'x')).toMatchObject({ editedAt: START, revision: 4 });
});

test('only its sender edits a message: no admin, and nobody one of the system', async () => {
  const { table, deps, ann, bob, id } = await world();
  const refused = { code: 'forbidden', message: 'Only its sender edits a message' };
  await expect(edit(deps, ann, id, 'x')).rejects.toMatchObject(refused);
  await update(table, messageKey(id), 'REMOVE senderId SET systemEvent = :value', 'join');
  for (const caller of [ann, bob]) await expect(edit(deps, caller, id, 'x')).rejects.toMatchObject(refused);
  expect(await show(deps, bob, id)).toMatchObject({ text: 'hello', systemEvent: 'join', revision: 2 });
});

test('what is deleted keeps its place and all but its text; deleting again changes nothing', async () => {
  const { table, deps, clock, ann, bob, id } = await world();
  const edited = await edit(deps, bob, id, 'secret');
  await unsay(deps, ann, id);
  const tombstone = await show(deps, bob, id);
  expect(tombstone).toEqual({ ...edited, text: null, deletedAt: START + 1_000, revision: 4 });
  expect(JSON.stringify(await readItem(table, messageKey(id)))).not.toContain('secret');
  clock.time += 1_000;
  for (const caller of [bob, ann, serviceOf('acme')]) await unsay(deps, caller, id);
  expect(await show(deps, bob, id)).toEqual(tombstone);

  const deleted = { code: 'conflict', message: 'The message is deleted' };
  await expect(edit(deps, bob, id, 'x')).rejects.toMatchObject(deleted);
  await expect(react(deps, bob, id, 'new')).rejects.toMatchObject(deleted);
  // What was there before is there still.
  expect(await react(deps, bob, id, '+1')).toEqual({ reaction: tombstone.reactions[0], created: false });
  expect(await takeBack(deps, bob, id, '+1')).toEqual(tombstone.reactions[0]);
  expect(await show(deps, bob, id)).toEqual({ ...tombstone, reactions: [], revision: 5 });
});

test('a deletion is its sender’s, an admin’s or a service’s, and not before the message', async () => {
  const { deps, clock, ann, bob, id, conversation } = await world();
  const own = await send(deps, ann, conversation.id, 'mine');
  const refused = { code: 'forbidden', message: 'Only its sender or an admin deletes a message' };
  await expect(unsay(deps, bob, own.id)).rejects.toMatchObject(refused);
  await expect(unsay(deps, serviceOf('acme'), own.id, bob.subject)).rejects.toMatchObject(refused);
  clock.time = START - 5_000;
  await unsay(deps, serviceOf('acme'), own.id);
  await unsay(deps, bob, id);
  expect(await show(deps, ann, own.id)).toMatchObject({ deletedAt: own.createdAt });
  expect(await show(deps, ann, id)).toMatchObject({ deletedAt: START });

  const pair = await world('direct');
  await expect(unsay(pair.deps, pair.ann, pair.id)).rejects.toMatchObject(refused);
});

test('of an edit and a deletion the deletion stays, whichever comes first', async () => {
  const first = await world();
  const late = await first.overtaken(() => unsay(first.deps, first.ann, first.id));
  await expect(edit(late, first.bob, first.id, 'late')).rejects.toMatchObject({ code: 'conflict' });
  expect(await show(first.deps, first.bob, first.id)).toMatchObject({ text: null, editedAt: null, revision: 3 });

  const second = await world();
  await unsay(await second.overtaken(() => edit(second.deps, second.bob, second.id, 'x')), second.ann, second.id);
  expect(await show(second.deps, second.bob, second.id)).toMatchObject({ text: null, revision: 4 });

  const twice = await world();
  await unsay(await twice.overtaken(() => unsay(twice.deps, twice.ann, twice.id)), twice.bob, twice.id);
  expect(await show(twice.deps, twice.bob, twice.id)).toMatchObject({ text: null, revision: 3 });
});

test('a message that is deleted meanwhile takes no reaction', async () => {
  const { deps, ann, bob, id, overtaken } = await world();
  const late = await overtaken(() => unsay(deps, ann, id));
  await expect(react(late, bob, id, 'late')).rejects.toMatchObject({ code: 'conflict' });
  expect(await show(deps, bob, id)).toMatchObject({ text: null, revision: 3, reactions: [{ emoji: '+1' }] });
});

test('an edit that something overtakes comes after it, and answers both', async () => {
  const { deps, ann, bob, id, overtaken } = await world();
  const late = await overtaken(async () => {
    await edit(deps, bob, id, 'first');
    await react(deps, ann, id, 'seen');
  });
  const edited = await edit(late, bob, id, 'second');
  expect(edited).toMatchObject({ text: 'second', revision: 5, reactions: [{ emoji: '+1' }, { emoji: 'seen' }] });
  expect(await show(deps, bob, id)).toEqual(edited);
});

describe.each(Object.entries(writing))('between check and commit of: %s', (_, way) => {
  test('who leaves changes nothing any more', async () => {
    const { table, bob, id, conversation, overtaken } = await world();
    const before = await readItem(table, messageKey(id));
    const late = await overtaken(() => leave(table, conversation.id, bob));
    await expect(way(late, bob, id)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await readItem(table, messageKey(id))).toEqual(before);
  });

  test('a message that is erased is not made again', async () => {
    const { table, bob, id, overtaken } = await world();
    const late = await overtaken(() => erase(table, id));
    await expect(way(late, bob, id)).rejects.toMatchObject({ code: 'not_found', message: 'Message not found' });
    expect(await readItem(table, messageKey(id))).toBeUndefined();
  });

  test('a conversation that goes with its messages is not found', async () => {
    const { table, bob, id, conversation, overtaken } = await world();
    const late = await overtaken(async () => {
      await set(table, headKey(id), 'status', 'removed');
      await leave(table, conversation.id, bob);
      await erase(table, id);
    });
    await expect(way(late, bob, id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await readItem(table, messageKey(id))).toBeUndefined();
  });
});

test('an admin who is demoted meanwhile deletes nobody else’s message, and a sender still its own', async () => {
  const { table, deps, ann, id, conversation, overtaken } = await world();
  const own = await send(deps, ann, conversation.id, 'mine');
  const demote = () => set(table, participantKey(conversation.id, ann.subject), 'role', 'member');
  await expect(unsay(await overtaken(demote), ann, id)).rejects.toMatchObject({
    code: 'forbidden',
    message: 'Only its sender or an admin deletes a message',
  });
  expect(await show(deps, ann, id)).toMatchObject({ text: 'hello', revision: 2 });
  await unsay(await overtaken(demote), ann, own.id);
  expect(await show(deps, ann, own.id)).toMatchObject({ text: null });
});

const step = fc.record({
  user: fc.nat(2),
  kind: fc.constantFrom('edit', 'delete', 'react', 'takeBack', 'react', 'takeBack'),
  emoji: fc.constantFrom('a', 'b'),
});
const plans = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 });
/** What AWS does to one commit after another: at most as many lose their answer, in all, as the SDK asks again for one. */
const faults = fc
  .tuple(
    fc.array(fc.constantFrom<Fault>('none', 'conflict'), { maxLength: 12 }),
    fc.array(fc.constantFrom<Fault>('throttle', 'lostAnswer'), { maxLength: 3 }),
  )
  .chain(([some, lost]) => fc.shuffledSubarray([...some, ...lost]));

test('every change counts once, whoever makes it at the same time and whatever AWS does', async () => {
  await fc.assert(
    fc.asyncProperty(plans, faults, async (plans, faults) => {
      const table = await openTable();
      const people = [userOf('acme'), userOf('acme'), userOf('acme')] as const;
      const calm = depsOf(table);
      const { conversation } = await create(calm, people[0], { participantIds: people.map(({ subject }) => subject) });
      const { id } = await send(calm, people[1], conversation.id, 'hello');

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
      let [changes, deletions] = [0, 0];
      const present = new Map<string, number>();
      const count = (name: string, by: number) => {
        changes += 1;
        present.set(name, (present.get(name) ?? 0) + by);
      };
      const carryOut = async ({ user, kind, emoji }: (typeof plans)[number][number]) => {
        const caller = people[user] ?? people[0];
        const name = `${caller.subject}#${emoji}`;
        switch (kind) {
          case 'edit':
            await edit(broken, people[1], id, 'x');
            changes += 1;
            break;
          case 'delete':
            await unsay(broken, people[0], id);
            deletions += 1;
            break;
          case 'react':
            if ((await react(broken, caller, id, emoji)).created) count(name, 1);
            break;
          case 'takeBack':
            await takeBack(broken, caller, id, emoji);
            count(name, -1);
        }
      };
      await Promise.all(
        plans.map(async (steps) => {
          for (const one of steps) {
            // What is refused changes nothing; trouble that would pass must not come.
            await carryOut(one).catch((error) => expect(['conflict', 'not_found']).toContain(error.code));
          }
        }),
      );

      const message = await show(calm, people[0], id);
      expect(message.revision).toBe(1 + changes + Math.min(1, deletions));
      expect(message.text === null).toBe(deletions > 0);
      const there = message.reactions.map(({ userId, emoji }) => `${userId}#${emoji}`);
      expect(new Map(there.map((name) => [name, 1]))).toEqual(new Map([...present].filter(([, times]) => times !== 0)));
    }),
    { numRuns: 40 },
  );
});
