import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Principal } from '../../core/domain/principal.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { inviteToConversation } from '../../core/operations/invite-to-conversation.ts';
import { leaveOrRemoveConversation } from '../../core/operations/leave-or-remove-conversation.ts';
import type { Table } from '../../core/store/table.ts';
import { colliding, overtaking } from '../support/faults.ts';
import { add, allMessages, create, get, leave, rank, remove, send } from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const invite = (
  deps: Deps,
  caller: Principal,
  conversationId: string,
  userIds: string[],
  role: 'member' | 'admin' = 'member',
) => inviteToConversation(deps, caller, { conversationId, userIds, role, actingUserId: undefined });

const quit = (deps: Deps, caller: Principal, conversationId: string, actingUserId?: string) =>
  leaveOrRemoveConversation(deps, caller, { conversationId, actingUserId });

async function group() {
  const table = await openTable();
  const deps = depsOf(table);
  const [ann, bob, cat] = [userOf('acme'), userOf('acme'), userOf('acme')];
  const { id } = (await create(deps, ann, { participantIds: [bob.subject] })).conversation;
  return { table, deps, ann, bob, cat, id };
}

/** The table, as it behaves when `change` happens between what an operation reads and what it commits. */
const during = async (table: Table, change: () => Promise<unknown>) =>
  depsOf(await openTable({ existing: table, client: overtaking(change) }));

test('invited users join one after the other; who takes part already is passed over, and shown', async () => {
  const { deps, ann, bob, cat, id } = await group();
  await rank(deps, ann, id, bob.subject, 'admin');
  const [dan, eve] = [randomUUID(), randomUUID()];
  await add(deps, ann, id, eve);
  await remove(deps, ann, id, eve);
  const { participants } = await invite(deps, ann, id, [dan, bob.subject, cat.subject, eve]);
  expect(participants.map(({ userId, role, leftAt }) => [userId, role, leftAt])).toEqual([
    [dan, 'member', null],
    [bob.subject, 'admin', null],
    [cat.subject, 'member', null],
    [eve, 'member', null],
  ]);
  const texts = (await allMessages(deps, cat, id)).map(({ text }) => text);
  expect(texts.slice(-3)).toEqual([dan, cat.subject, eve].map((user) => `${user} joined`));

  await invite(deps, ann, id, [dan, cat.subject], 'admin');
  expect(await allMessages(deps, cat, id)).toHaveLength(texts.length);
  expect(await get(deps, ann, id)).toMatchObject({ participantCount: 5, adminCount: 2 });
});

test('only an admin of a group invites, or a service', async () => {
  const { deps, ann, bob, cat, id } = await group();
  await expect(invite(deps, bob, id, [cat.subject])).rejects.toMatchObject({ code: 'forbidden' });
  // Also where there is nobody left to add.
  await expect(invite(deps, bob, id, [ann.subject])).rejects.toMatchObject({ code: 'forbidden' });
  await expect(invite(deps, userOf('other'), id, [cat.subject])).rejects.toMatchObject({ code: 'not_found' });
  await invite(deps, serviceOf('acme'), id, [cat.subject]);
  const pair = (await create(deps, ann, { kind: 'direct', participantIds: [bob.subject] })).conversation;
  await expect(invite(deps, ann, pair.id, [cat.subject])).rejects.toMatchObject({ code: 'conflict' });
  expect((await get(deps, cat, id)).participantCount).toBe(3);
});

test('when an invitation fails in the midst, the same again adds the rest', async () => {
  const { table, deps, ann, bob, id } = await group();
  await rank(deps, ann, id, bob.subject, 'admin');
  const users = Array.from({ length: 4 }, () => randomUUID());
  let transactions = 0;
  const failing = depsOf(
    await openTable({
      existing: table,
      client: (client) =>
        client.middlewareStack.add(
          (next, context) => async (args) => {
            if (context.commandName === 'TransactWriteItemsCommand' && ++transactions === 3) {
              await rank(deps, bob, id, ann.subject, 'member');
            }
            return next(args);
          },
          { step: 'initialize' },
        ),
    }),
  );
  await expect(invite(failing, ann, id, users)).rejects.toMatchObject({ code: 'forbidden' });
  expect((await get(deps, bob, id)).participantCount).toBe(4);
  const { participants } = await invite(deps, bob, id, users);
  expect(participants.map(({ userId }) => userId)).toEqual(users);
  expect((await get(deps, bob, id)).participantCount).toBe(6);
});

test('two who invite the same users at once add each of them once', async () => {
  const { table, deps, ann, bob, id } = await group();
  await rank(deps, ann, id, bob.subject, 'admin');
  const users = Array.from({ length: 5 }, () => randomUUID());
  const racing = depsOf(await openTable({ existing: table, client: colliding() }));
  await Promise.all([invite(racing, ann, id, users), invite(racing, bob, id, users)]);
  expect((await get(deps, ann, id)).participantCount).toBe(7);
  const joined = (await allMessages(deps, ann, id)).map(({ text }) => text);
  expect(joined.toSorted()).toEqual(users.map((user) => `${user} joined`).sort());
});

test('an owner who leaves removes the conversation; anybody else leaves it', async () => {
  const { deps, ann, bob, cat, id } = await group();
  await add(deps, ann, id, cat.subject);
  await quit(deps, cat, id);
  expect(await get(deps, ann, id)).toMatchObject({ participantCount: 2 });
  await expect(quit(deps, cat, id)).rejects.toMatchObject({ code: 'forbidden' });
  await quit(deps, serviceOf('acme'), id, bob.subject);
  await expect(quit(deps, serviceOf('acme'), id)).rejects.toMatchObject({ code: 'validation_failed' });
  await quit(deps, ann, id);
  await expect(get(deps, serviceOf('acme'), id)).rejects.toMatchObject({ code: 'not_found' });
  await expect(quit(deps, ann, id)).rejects.toMatchObject({ code: 'not_found' });
});

test('a direct conversation is left, as nobody owns it', async () => {
  const { deps, ann, bob } = await group();
  const { id } = (await create(deps, ann, { kind: 'direct', participantIds: [bob.subject] })).conversation;
  await quit(deps, ann, id);
  expect(await get(deps, bob, id)).toMatchObject({ participantCount: 1 });
});

test('who becomes the owner meanwhile removes the conversation, and who is no longer leaves it', async () => {
  const heir = await group();
  const becoming = await during(heir.table, () => leave(heir.deps, heir.ann, heir.id));
  await quit(becoming, heir.bob, heir.id);
  await expect(get(heir.deps, serviceOf('acme'), heir.id)).rejects.toMatchObject({ code: 'not_found' });

  const former = await group();
  await rank(former.deps, former.ann, former.id, former.bob.subject, 'admin');
  const ceasing = await during(former.table, () =>
    rank(former.deps, former.bob, former.id, former.ann.subject, 'member'),
  );
  await quit(ceasing, former.ann, former.id);
  expect(await get(former.deps, former.bob, former.id)).toMatchObject({
    ownerId: former.bob.subject,
    participantCount: 1,
  });
});

test('an owner who leaves while others write removes the conversation all the same', async () => {
  const { table, deps, ann, bob, id } = await group();
  const busy = await during(table, () => send(deps, bob, id, 'hello'));
  await quit(busy, ann, id);
  await expect(get(deps, serviceOf('acme'), id)).rejects.toMatchObject({ code: 'not_found' });
});

test('what leaving costs', async () => {
  const recorder = new Recorder();
  const deps = depsOf(await openTable({ client: recorder.watch }));
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const { id } = (await create(deps, ann, { participantIds: [bob.subject, randomUUID()] })).conversation;
  expect(await recorder.cost(() => quit(deps, bob, id))).toMatchObject({ trips: 2, writes: 9 });
  expect(await recorder.cost(() => quit(deps, ann, id))).toMatchObject({ trips: 3, writes: 2 });
});
