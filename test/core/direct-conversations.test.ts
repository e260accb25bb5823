import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Fault, failing } from '../support/faults.ts';
import { conversations, create, send } from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

test('a pair has one direct conversation, whoever asks and however often', async () => {
  const deps = depsOf(await openTable());
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const all = await Promise.all(
    [ann, bob, ann, bob, ann, bob].map((caller) =>
      create(deps, caller, { kind: 'direct', participantIds: [ann.subject, bob.subject] }),
    ),
  );
  all.push(await create(deps, serviceOf('acme'), { kind: 'direct', participantIds: [bob.subject, ann.subject] }));
  expect(new Set(all.map(({ conversation }) => conversation.id)).size).toBe(1);
  expect(all.filter(({ created }) => created)).toHaveLength(1);
  expect((await conversations(deps, ann)).conversations).toHaveLength(1);

  for (const { conversation } of all) {
    expect(conversation).toMatchObject({ ownerId: null, participantCount: 2 });
    expect(conversation.participants.map(({ role }) => role)).toEqual(['member', 'member']);
  }
});

test('another link, another organization or another partner is another conversation', async () => {
  const deps = depsOf(await openTable());
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const direct = { kind: 'direct', participantIds: [bob.subject] } as const;
  const made = [
    await create(deps, ann, direct),
    await create(deps, ann, { ...direct, link: { type: 'order', id: '1' } }),
    await create(deps, ann, { ...direct, link: { type: 'order', id: '2' } }),
    await create(deps, ann, { ...direct, link: { type: 'order","1', id: '' } }),
    await create(deps, ann, { ...direct, link: { type: 'a#b', id: 'c' } }),
    await create(deps, ann, { ...direct, link: { type: 'a', id: 'b#c' } }),
    await create(deps, userOf('other', ann.subject), direct),
    await create(deps, ann, { ...direct, participantIds: [randomUUID()] }),
  ];
  expect(made.every(({ created }) => created)).toBe(true);
  expect(new Set(made.map(({ conversation }) => conversation.id)).size).toBe(made.length);
  expect(await create(deps, ann, { ...direct, link: { type: 'order', id: '2' } })).toMatchObject({
    created: false,
    conversation: { id: made[2]?.conversation.id, link: { type: 'order', id: '2' } },
  });
});

test('a direct conversation has exactly two participants', async () => {
  const deps = depsOf(await openTable());
  const ann = userOf('acme');
  for (const participantIds of [[ann.subject], [randomUUID(), randomUUID()]]) {
    await expect(create(deps, ann, { kind: 'direct', participantIds })).rejects.toMatchObject({
      code: 'validation_failed',
      faults: [{ path: 'participantIds' }],
    });
  }
  await expect(
    create(deps, serviceOf('acme'), { kind: 'direct', participantIds: [ann.subject] }),
  ).rejects.toMatchObject({ code: 'validation_failed' });
});

test('an answer under a key stays what it was: 201 who created it, 200 who found it', async () => {
  const deps = depsOf(await openTable());
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const made = { kind: 'direct', participantIds: [bob.subject], idempotencyKey: 'a' } as const;
  const found = { kind: 'direct', participantIds: [ann.subject], idempotencyKey: 'b' } as const;
  for (let time = 0; time < 2; time += 1) {
    expect((await create(deps, ann, made)).created).toBe(true);
    expect((await create(deps, bob, found)).created).toBe(false);
  }
  await expect(create(deps, bob, { ...found, participantIds: [randomUUID()] })).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('two creators get one conversation though commits conflict and answers are lost', async () => {
  const table = await openTable();
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const plans: Fault[][] = [['lostAnswer'], ['conflict'], ['lostRequest', 'conflict'], ['throttle', 'lostAnswer']];
  for (const plan of plans) {
    const link = { type: 'case', id: randomUUID() };
    const pending = [...plan];
    const broken = depsOf(await openTable({ existing: table, client: failing(() => pending.shift() ?? 'none') }));
    const [one, two] = await Promise.all([
      create(broken, ann, { kind: 'direct', link, participantIds: [bob.subject] }),
      create(broken, bob, { kind: 'direct', link, participantIds: [ann.subject] }),
    ]);
    expect(one.conversation.id).toBe(two.conversation.id);
    expect([one.created, two.created].sort()).toEqual([false, true]);
    expect((await send(depsOf(table), bob, one.conversation.id, 'hi')).seq).toBe(1);
  }
});
