import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listParticipants } from '../../core/operations/list-participants.ts';
import { add, allMessages, conversations, create, leave, page, send } from '../support/flow.ts';
import { follow } from '../support/follow.ts';
import { withPast } from '../support/past.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const service = serviceOf('acme');

const idsOf = (count: number) => Array.from({ length: count }, () => randomUUID());

test('a thousand conversations: those that do not move appear once each, while others write', async () => {
  let time = 1_700_000_000_000;
  const deps = depsOf(await openTable(), () => {
    time += 1;
    return time;
  });
  const ann = userOf('acme');
  const ids: string[] = [];
  for (let at = 0; at < 1_000; at += 20) {
    const made = await Promise.all(
      Array.from({ length: 20 }, () => create(deps, ann, { participantIds: [randomUUID()] })),
    );
    ids.push(...made.map(({ conversation }) => conversation.id));
  }
  const moved = new Set<string>();
  const found = await follow(
    async (cursor) => {
      const { conversations: items, next } = await conversations(deps, ann, { limit: 100, cursor });
      return { items: items.map(({ id }) => id), next };
    },
    async (at) => {
      const id = ids[(at * 331) % 1_000] ?? '';
      moved.add(id);
      await send(deps, ann, id, 'moved');
    },
  );
  const still = (list: readonly string[]) => list.filter((id) => !moved.has(id)).toSorted();
  expect(still(found)).toEqual(still(ids));
});

test('ten thousand messages: each appears once, in order, while others write', async () => {
  const deps = depsOf(await openTable());
  const ann = userOf('acme');
  const { id } = (await create(deps, ann)).conversation;
  await withPast(deps, id, 'acme', ann.subject, 10_000);
  const seqs = await follow(
    async (cursor) => {
      const { messages, next } = await page(deps, ann, id, { limit: 100, cursor });
      return { items: messages.map(({ seq }) => seq), next };
    },
    (at) => (at % 10 === 0 ? send(deps, ann, id, 'new') : Promise.resolve()),
  );
  expect(seqs).toEqual(Array.from({ length: 10_000 }, (_, at) => 10_000 - at));
  expect(await allMessages(deps, ann, id)).toHaveLength(10_010);
});

test('participants who stay appear once each, while others come and go', async () => {
  const deps = depsOf(await openTable());
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 5, max: 25 }),
      fc.array(fc.tuple(fc.boolean(), fc.nat()), { maxLength: 20 }),
      async (count, limit, changes) => {
        const founders = idsOf(count);
        const { id } = (await create(deps, service, { participantIds: founders })).conversation;
        const [left, pending] = [new Set<string>(), [...changes]];
        const found = await follow(
          async (cursor) => {
            const input = { conversationId: id, actingUserId: undefined, limit, cursor };
            const { participants, next } = await listParticipants(deps, service, input);
            return { items: participants.map(({ userId }) => userId), next };
          },
          async () => {
            const [joins, at] = pending.shift() ?? [true, 0];
            const user = founders[at % count] ?? '';
            if (joins) return add(deps, service, id, randomUUID());
            if (left.has(user)) return undefined;
            left.add(user);
            return leave(deps, userOf('acme', user), id);
          },
        );
        expect(found).toEqual([...new Set(found)].toSorted());
        expect(found).toEqual(expect.arrayContaining(founders.filter((user) => !left.has(user))));
      },
    ),
    { numRuns: 20 },
  );
});
