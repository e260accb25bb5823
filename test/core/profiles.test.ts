import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Principal } from '../../core/domain/principal.ts';
import type { ProfileClaims, ProfileDetails } from '../../core/domain/profile.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { getProfile } from '../../core/operations/get-profile.ts';
import { putProfile } from '../../core/operations/put-profile.ts';
import { syncProfile } from '../../core/operations/sync-profile.ts';
import { answering, sdkError } from '../support/faults.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const NOW = 1_700_000_000_000;
/** A token of so many seconds ago. */
const ago = (seconds: number) => NOW / 1000 - seconds;

const nothing: ProfileDetails = { name: null, email: null, avatarUrl: null };
const told = (name: string | null, issuedAt: number): ProfileClaims => ({ ...nothing, name, issuedAt });

async function world(now = () => NOW) {
  const table = await openTable();
  return { table, deps: depsOf(table, now), ann: userOf('acme'), service: serviceOf('acme') };
}

const get = (deps: Deps, caller: Principal, userId = caller.subject) =>
  getProfile(deps, caller, { userId, actingUserId: undefined });
const put = (deps: Deps, caller: Principal, name: string | null, userId = caller.subject) =>
  putProfile(deps, caller, { userId, actingUserId: undefined, details: { ...nothing, name } });
const nameOf = async (deps: Deps, caller: Principal) => (await get(deps, caller)).name;

describe('a user who is seen', () => {
  test('has a profile from then on, whatever the token tells', async () => {
    let now = NOW;
    const { deps, ann, service } = await world(() => now);
    const bob = userOf('acme');
    await expect(get(deps, ann)).rejects.toMatchObject({ code: 'not_found', message: 'User not found' });
    const details = { name: 'Ann', email: 'ann@example.com', avatarUrl: 'https://example.com/ann.png' };
    await syncProfile(deps, ann, { ...details, issuedAt: ago(5) });
    await syncProfile(deps, bob, { ...nothing, issuedAt: 0 });
    expect(await get(deps, bob, ann.subject)).toEqual({ ...details, id: ann.subject, createdAt: NOW });
    expect(await get(deps, service, bob.subject)).toEqual({ ...nothing, id: bob.subject, createdAt: NOW });

    now += 1_000;
    await syncProfile(deps, ann, { ...nothing, name: 'Anna', issuedAt: ago(4) });
    expect(await get(deps, ann)).toEqual({ ...nothing, name: 'Anna', id: ann.subject, createdAt: NOW });
  });

  test('keeps what was put until the claims change', async () => {
    const { deps, ann } = await world();
    await syncProfile(deps, ann, told('Ann', ago(9)));
    await put(deps, ann, 'Annie');
    for (const issuedAt of [ago(9), ago(3), 0]) await syncProfile(deps, ann, told('Ann', issuedAt));
    expect(await nameOf(deps, ann)).toBe('Annie');
    await syncProfile(deps, ann, told('Anna', ago(2)));
    expect(await nameOf(deps, ann)).toBe('Anna');
  });

  test('keeps what a service put before, until a token tells something', async () => {
    const { deps, ann, service } = await world();
    await put(deps, service, 'Ann of accounting', ann.subject);
    await syncProfile(deps, ann, told(null, ago(9)));
    expect(await nameOf(deps, ann)).toBe('Ann of accounting');
    await syncProfile(deps, ann, told('Ann', ago(8)));
    expect(await nameOf(deps, ann)).toBe('Ann');
  });

  test('does not change back by an older token, nor is held up by one of the future', async () => {
    let now = NOW;
    const { deps, ann } = await world(() => now);
    await syncProfile(deps, ann, told('Old', ago(9)));
    await syncProfile(deps, ann, told('New', ago(3)));
    for (const issuedAt of [ago(9), ago(4), 0]) await syncProfile(deps, ann, told('Old', issuedAt));
    expect(await nameOf(deps, ann)).toBe('New');
    await syncProfile(deps, ann, told('Of the same second', ago(3)));
    expect(await nameOf(deps, ann)).toBe('Of the same second');
    // Such as the other token of one sign-in.
    for (const issuedAt of [ago(3), ago(1)]) await syncProfile(deps, ann, told(null, issuedAt));
    expect(await nameOf(deps, ann)).toBe('Of the same second');
    await syncProfile(deps, ann, told('Future', 1e300));
    now += 1_000;
    await syncProfile(deps, ann, told('Present', ago(-1)));
    expect(await nameOf(deps, ann)).toBe('Present');
  });

  test('is no service', async () => {
    const { deps, service } = await world();
    const robot = { ...service, subject: randomUUID() };
    await syncProfile(deps, robot, told('Robot', ago(1)));
    await expect(get(deps, robot)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('is another one in another organization', async () => {
    const { deps, ann } = await world();
    const elsewhere = userOf('other', ann.subject);
    await syncProfile(deps, ann, told('Ann', ago(1)));
    await expect(get(deps, elsewhere)).rejects.toMatchObject({ code: 'not_found' });
    await syncProfile(deps, elsewhere, told('Anonymous', ago(1)));
    await put(deps, serviceOf('other'), 'Nobody', ann.subject);
    expect([await nameOf(deps, ann), await nameOf(deps, elsewhere)]).toEqual(['Ann', 'Nobody']);
  });
});

test('in whatever order tokens are seen and profiles put, one rule says what is shown', async () => {
  const { deps } = await world();
  const name = fc.constantFrom('A', 'B', null);
  const event = fc.oneof(
    fc.record({ put: name }),
    // Each second's tokens tell one thing.
    fc.nat(5).map((second) => ({ told: ['A', 'B', 'A', null, null, 'B'][second] ?? null, second })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 12 }), async (events) => {
      const user = userOf('acme');
      let [shown, claims, second]: [string | null, string | null, number] = [null, null, -1];
      for (const event of events) {
        if ('put' in event) {
          await put(deps, user, event.put);
          shown = event.put;
        } else {
          await syncProfile(deps, user, told(event.told, ago(9 - event.second)));
          // One that tells nothing is no news.
          if (event.told !== null && event.told !== claims && event.second >= second) {
            [shown, claims, second] = [event.told, event.told, event.second];
          }
        }
      }
      expect(await nameOf(deps, user)).toBe(shown);
    }),
    { numRuns: 60 },
  );
});

describe('of what happens at once', () => {
  /** A table on which `change` happens between what is read and what is written. */
  const interleaved = async (now: Deps['now'], change: (deps: Deps) => Promise<unknown>) => {
    const table = await openTable();
    let pending: typeof change | undefined = change;
    const racing = await openTable({
      existing: table,
      client: answering('UpdateItemCommand', async (next) => {
        const first = pending;
        pending = undefined;
        await first?.(depsOf(table, now));
        return next();
      }),
    });
    return depsOf(racing, now);
  };

  test.each([
    ['an older token', 'New', 5, 'Old', 9, 'New'],
    ['a newer token', 'Old', 9, 'New', 5, 'New'],
    ['a token that tells the same', 'Ann', 9, 'Ann', 5, 'Ann'],
  ])(
    'two first sights, the second by %s: the newest token counts',
    async (_, first, firstAgo, second, secondAgo, shown) => {
      const ann = userOf('acme');
      let now = NOW;
      const deps = await interleaved(
        () => now,
        async (deps) => {
          await syncProfile(deps, ann, told(first, ago(firstAgo)));
          now += 1_000;
        },
      );
      await syncProfile(deps, ann, told(second, ago(secondAgo)));
      expect(await get(deps, ann)).toMatchObject({ name: shown, createdAt: NOW });
    },
  );

  test('a put of the user’s own outlives another sight of the claims that it followed', async () => {
    const ann = userOf('acme');
    const deps = await interleaved(
      () => NOW,
      async (deps) => {
        await syncProfile(deps, ann, told('Ann', ago(5)));
        await put(deps, ann, 'Annie');
      },
    );
    await syncProfile(deps, ann, told('Ann', ago(5)));
    expect(await nameOf(deps, ann)).toBe('Annie');
  });

  test('many first sights and puts make one profile', async () => {
    const { deps, ann } = await world();
    const names = Array.from({ length: 10 }, (_, at) => `name ${at}`);
    await Promise.all(names.map((name, at) => syncProfile(deps, ann, told(name, ago(10 - at)))));
    expect(await nameOf(deps, ann)).toBe('name 9');
    await Promise.all(names.map((name) => put(deps, ann, name)));
    expect(names).toContain(await nameOf(deps, ann));
  });

  test('an answer that is lost is asked for again, and changes nothing twice', async () => {
    let lost = 1;
    const table = await openTable({
      client: answering('UpdateItemCommand', async (next) => {
        const result = await next();
        if (lost-- > 0) throw sdkError('TimeoutError');
        return result;
      }),
    });
    const [deps, ann] = [depsOf(table, () => NOW), userOf('acme')];
    await syncProfile(deps, ann, told('Ann', ago(5)));
    lost = 1;
    expect(await put(deps, ann, 'Annie')).toEqual({ ...nothing, name: 'Annie', id: ann.subject, createdAt: NOW });
  });
});

test('a profile is put by its user and by a service, and by nobody else', async () => {
  const { deps, ann, service } = await world();
  const bob = userOf('acme');
  const forbidden = { code: 'forbidden' };
  const as = (caller: Principal, actingUserId: string | undefined, userId = ann.subject) =>
    putProfile(deps, caller, { userId, actingUserId, details: nothing });
  expect(await as(ann, undefined)).toEqual({ ...nothing, id: ann.subject, createdAt: NOW });
  for (const acting of [undefined, ann.subject]) {
    await as(ann, acting);
    await as(service, acting);
    await expect(as(bob, acting)).rejects.toMatchObject(forbidden);
  }
  await expect(as(service, bob.subject)).rejects.toMatchObject(forbidden);
  await expect(as(ann, bob.subject, bob.subject)).rejects.toMatchObject(forbidden);
  const reading = getProfile(deps, ann, { userId: ann.subject, actingUserId: bob.subject });
  await expect(reading).rejects.toMatchObject(forbidden);
});

test('what is kept of people costs little', async () => {
  const recorder = new Recorder();
  const deps = depsOf(await openTable({ client: recorder.watch }), () => NOW);
  const ann = userOf('acme');
  const see = (name: string, issuedAt: number) => recorder.cost(() => syncProfile(deps, ann, told(name, issuedAt)));
  // A new profile is a write to the table and one to the index.
  expect(await see('Ann', ago(5))).toMatchObject({ reads: 0.5, writes: 2, trips: 2 });
  expect(await see('Ann', ago(4))).toMatchObject({ reads: 0.5, writes: 0, trips: 1 });
  expect(await see('Old', ago(9))).toMatchObject({ reads: 0.5, writes: 0, trips: 1 });
  expect(await see('Anna', ago(3))).toMatchObject({ reads: 0.5, writes: 1, trips: 2 });
  expect(await recorder.cost(() => put(deps, ann, 'Annie'))).toMatchObject({ reads: 0, writes: 1, trips: 1 });
  expect(await recorder.cost(() => get(deps, ann))).toMatchObject({ reads: 1, writes: 0, trips: 1 });
});
