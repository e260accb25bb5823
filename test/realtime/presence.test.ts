import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import { events } from '../../core/contract/socket.ts';
import type { Principal } from '../../core/domain/principal.ts';
import { putProfile } from '../../core/operations/put-profile.ts';
import { profileKey } from '../../core/store/keys.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { SocketsWorld } from '../support/sockets-world.ts';
import { drop, useTables } from '../support/table.ts';

const openTable = useTables();

const LEASE_MS = limits.leaseSeconds * 1000;

/** What connections have heard, in short: the event, and whom it names by the names of a test. */
function hearing(world: SocketsWorld, people: Readonly<Record<string, Principal>>) {
  const names = new Map(Object.entries(people).map(([name, { subject }]) => [subject, name]));
  return (connectionId: string): string[] =>
    world.connections.heard(connectionId).map(({ event = '', data }) => {
      const schema = events.find(({ name }) => name === event)?.data;
      expect(schema?.safeParse(data)).toMatchObject({ success: true });
      const { users = [] } = data as { users?: { id: string }[] };
      return [event, ...users.map(({ id }) => names.get(id) ?? id).sort()].join(' ');
    });
}

async function scene() {
  const world = await SocketsWorld.start(openTable);
  const organization = randomUUID();
  const people = { ann: userOf(organization), bob: userOf(organization), cat: userOf(organization) };
  return { world, organization, ...people, hears: hearing(world, people) };
}

describe('presence', () => {
  test('is told when a user’s first socket opens and its last one closes, and of a further one to that alone', async () => {
    const { world, ann, bob, hears } = await scene();
    const a1 = await world.open(ann);
    await world.tell();
    expect(hears(a1)).toEqual(['session.welcome', 'user.connected ann']);

    const b1 = await world.open(bob);
    await world.tell();
    expect([hears(a1), hears(b1)]).toEqual([['user.connected bob'], ['session.welcome', 'user.connected bob']]);
    const b2 = await world.open(bob);
    await world.tell();
    expect([hears(a1), hears(b1), hears(b2)]).toEqual([[], [], ['session.welcome', 'user.connected bob']]);

    await world.close(bob, b1);
    await world.tell();
    expect([hears(a1), hears(b2)]).toEqual([[], []]);
    await world.close(bob, b2);
    await world.tell();
    expect(hears(a1)).toEqual(['user.disconnected bob']);
  });

  test('of two devices that open, and close, at once is told once', async () => {
    for (const at of [1, 2]) {
      const { world, ann, bob, hears } = await scene();
      const a1 = await world.open(ann);
      await world.tell();
      hears(a1);
      const [b1, b2] = await Promise.all([world.open(bob), world.open(bob)]);
      const opened = world.records.splice(0);
      expect(opened).toHaveLength(2);
      await world.tell(opened.slice(0, at));
      await world.tell(opened.slice(at));
      expect(hears(a1)).toEqual(['user.connected bob']);
      for (const one of [b1, b2]) {
        // The second one may hear of its user before it is welcomed.
        expect(new Set(hears(one))).toEqual(new Set(['session.welcome', 'user.connected bob']));
      }
      await Promise.all([world.close(bob, b1), world.close(bob, b2)]);
      const closed = world.records.splice(0);
      expect(closed).toHaveLength(2);
      await world.tell(closed.slice(0, at));
      await world.tell(closed.slice(at));
      expect(hears(a1)).toEqual(['user.disconnected bob']);
    }
  });

  test('of one device that goes as another comes nobody hears that the user has gone', async () => {
    const { world, ann, bob, hears } = await scene();
    const [a1, b1] = [await world.open(ann), await world.open(bob)];
    await world.tell();
    hears(a1);
    await world.close(bob, b1);
    const b2 = await world.open(bob);
    await world.tell();
    expect(hears(a1)).toEqual(['user.connected bob']);
    expect(hears(b2)).toEqual(['session.welcome', 'user.connected bob']);
  });

  test('a socket that has gone by then is not welcomed, and nobody hears that its user has come', async () => {
    const { world, ann, bob, hears } = await scene();
    const a1 = await world.open(ann);
    await world.tell();
    hears(a1);
    await world.close(bob, await world.open(bob));
    const posts = world.connections.posts.length;
    await world.tell();
    expect(hears(a1)).toEqual(['user.disconnected bob']);
    expect(world.connections.posts).toHaveLength(posts + 1);
  });

  test('a user whose only socket has lapsed comes anew with the next one, and goes with the last', async () => {
    const { world, ann, bob, hears } = await scene();
    await world.open(bob);
    world.now += LEASE_MS;
    // Welcomed meanwhile, Ann finds that Bob is not active.
    const a1 = await world.open(ann);
    await world.tell();
    expect(hears(a1)).toEqual(['session.welcome', 'user.connected ann']);
    const b2 = await world.open(bob);
    await world.tell();
    expect(hears(a1)).toEqual(['user.connected bob']);
    expect(hears(b2)).toEqual(['session.welcome', 'user.connected bob']);
    await world.sweep();
    await world.tell();
    expect(hears(a1)).toEqual([]);
    await world.close(bob, b2);
    await world.tell();
    expect(hears(a1)).toEqual(['user.disconnected bob']);
  });

  test('a user whose last live socket closes beside a lapsed one goes once, when that is swept', async () => {
    const { world, ann, bob, hears } = await scene();
    await world.open(bob);
    world.now += LEASE_MS - 1_000;
    const [a1, b2] = [await world.open(ann), await world.open(bob)];
    await world.tell();
    hears(a1);
    world.now += 1_000;
    await world.close(bob, b2);
    await world.tell();
    expect(hears(a1)).toEqual([]);
    await world.sweep();
    await world.tell();
    expect(hears(a1)).toEqual(['user.disconnected bob']);
  });

  test('many users are named in one frame, which is split before it is too large', async () => {
    const { world, organization, ann } = await scene();
    const a1 = await world.open(ann);
    await world.tell();
    world.connections.heard(a1);
    const crowd = Array.from({ length: 30 }, () => userOf(organization));
    for (const user of crowd) await world.open(user);
    await world.tell();
    const [frame, ...more] = world.connections.heard(a1);
    expect(frame).toMatchObject({ event: 'user.connected', data: { users: { length: 30 } } });
    expect(more).toEqual([]);

    const details = { name: '\u0001'.repeat(255), email: null, avatarUrl: `http://x/${'\u00e9'.repeat(2_000)}` };
    for (const user of crowd) {
      await putProfile(world.deps, user, { userId: user.subject, actingUserId: undefined, details });
    }
    for (const user of crowd) await world.close(user, idOf(await world.item(user)));
    await world.tell();
    const frames = world.connections.heard(a1);
    expect(frames.length).toBeGreaterThan(1);
    expect(frames.length).toBeLessThan(4);
    const named = frames.flatMap(({ data }) => (data as { users: { id: string }[] }).users.map(({ id }) => id));
    expect(named.toSorted()).toEqual(crowd.map(({ subject }) => subject).sort());
    for (const one of frames) expect(Buffer.byteLength(JSON.stringify(one))).toBeLessThan(limits.frameBytes);
  });

  test('a service comes and goes unnoticed, and hears nothing', async () => {
    const { world, organization, ann, hears } = await scene();
    const a1 = await world.open(ann);
    await world.tell();
    hears(a1);
    const service = serviceOf(organization);
    const s1 = await world.open(service);
    await world.tell();
    await world.open(ann);
    await world.tell();
    await world.close(service, s1);
    await world.tell();
    expect([hears(a1), world.connections.posts.includes(s1)]).toEqual([[], false]);
  });

  test('what is told twice is heard twice; what changes nothing that is told of, never', async () => {
    const { world, ann, bob, hears } = await scene();
    const a1 = await world.open(ann);
    const b1 = await world.open(bob);
    const records = world.records.splice(0);
    await world.tell(records);
    const first = [hears(a1), hears(b1)];
    await world.tell(records);
    expect([hears(a1), hears(b1)]).toEqual(first);
    const [record] = records;
    await world.tell([{ before: record?.after, after: record?.after, at: undefined }]);
    expect([hears(a1), hears(b1)]).toEqual([[], []]);
    await world.ping(ann, a1);
    expect(world.records).toEqual([]);
  });

  test('a further or a lapsed socket counts as the clock of its opening says, however late one is told', async () => {
    const { world, ann, bob, hears } = await scene();
    const a1 = await world.open(ann);
    await world.open(bob);
    await world.tell();
    hears(a1);
    world.now += LEASE_MS - 10_000;
    await world.ping(ann, a1);
    const b2 = await world.open(bob);
    world.now += 20_000;
    await world.tell();
    expect(hears(a1)).toEqual([]);
    expect(hears(b2)).toEqual(['session.welcome', 'user.connected bob']);
  });

  test('told at once, transitions are told exactly', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(2), fc.nat(5), fc.nat(60_000)), { maxLength: 30 }), async (script) => {
        const { world, ann, bob, cat, hears } = await scene();
        const watcher = await world.open(ann);
        await world.tell();
        hears(watcher);
        const open = new Map<string, { id: string; lapses: number }[]>([
          ['bob', []],
          ['cat', []],
        ]);
        for (const [who, what, ms] of script) {
          const name = who === 0 ? 'bob' : 'cat';
          const user = who === 0 ? bob : cat;
          const own = open.get(name) ?? [];
          const expected: string[] = [];
          await world.ping(ann, watcher);
          if (what < 3) {
            const isFirst = own.every(({ lapses }) => lapses <= world.now);
            own.push({ id: await world.open(user), lapses: world.now + LEASE_MS });
            if (isFirst) expected.push(`user.connected ${name}`);
          } else if (what === 3) {
            const [gone] = own.splice(0, 1);
            if (gone) await world.close(user, gone.id);
            if (gone && own.length === 0) expected.push(`user.disconnected ${name}`);
          } else {
            await world.sweep();
            const gone = [...open].filter(
              ([, sockets]) => sockets.length > 0 && sockets.every(({ lapses }) => lapses <= world.now),
            );
            for (const [other, sockets] of open)
              open.set(
                other,
                sockets.filter(({ lapses }) => lapses > world.now),
              );
            if (gone.length > 0) expected.push(`user.disconnected ${gone.map(([other]) => other).join(' ')}`);
          }
          await world.tell();
          expect(hears(watcher)).toEqual(expected);
          world.now += ms;
        }
      }),
      { numRuns: 20 },
    );
  });
});

const idOf = (item: Record<string, unknown> | undefined): string =>
  [...((item?.['ids'] ?? []) as Set<string>)][0] ?? '';

describe('trouble', () => {
  test('what is not taken is tried again, and then the record fails', async () => {
    const { world, ann, hears } = await scene();
    const a1 = await world.open(ann);
    world.connections.trouble.push('failed', 'failed', 'posted', 'failed');
    expect(await world.tell()).toEqual({ done: 1 });
    expect(hears(a1)).toContain('session.welcome');
    expect(hears(a1)).toEqual([]);

    await world.open(ann);
    world.connections.trouble.push(...Array.from({ length: 5 }, () => 'failed' as const));
    world.connections.isDown = true;
    const { done, error } = await world.tell();
    expect(done).toBe(0);
    expect(error).toMatchObject({ code: 'unavailable', cause: { name: 'Undelivered' } });
    expect(world.records).toHaveLength(1);
    expect(await world.tell()).toEqual({ done: 1 });
  });

  test('a socket that the gateway does not know keeps its place for ten seconds, and no longer', async () => {
    const { world, ann } = await scene();
    const a1 = await world.open(ann);
    world.connections.drop(a1);
    world.now += 9_998;
    const seen: string[] = [];
    const pause = async () => {
      seen.push(idOf(await world.item(ann)));
      world.now += 1;
    };
    Object.assign(world.deps.table, { pause });
    expect(await world.tell()).toEqual({ done: 1 });
    expect(seen).toEqual([a1, a1]);
    expect(world.connections.posts.filter((id) => id === a1)).toHaveLength(3);
    expect(await world.item(ann)).toBeUndefined();
  });

  test('a record fails with its organization alone, and one that is none by itself', async () => {
    const { world, ann, hears } = await scene();
    const stranger = userOf(randomUUID());
    const a1 = await world.open(ann);
    const s1 = await world.open(stranger);
    world.connections.drop(s1);
    await world.open(ann);
    const records = world.records.splice(0);
    expect(await world.tell(records)).toMatchObject({ done: 1, error: { code: 'unavailable' } });
    expect(hears(a1)).toEqual(['session.welcome', 'user.connected ann']);

    const odd = {
      before: undefined,
      at: undefined,
      after: { announce: { S: 'x' }, gsi1sk: { S: 'a#b' }, ids: { S: 'none' } },
    };
    const [first = odd] = records;
    expect(await world.tell([first, odd, first])).toMatchObject({ done: 1, error: { name: '$ZodError' } });
  });

  test('a user without a profile is shown without a name', async () => {
    const { world, organization, ann } = await scene();
    await drop(world.deps.table, profileKey(organization, ann.subject));
    const a1 = await world.open(ann);
    await world.tell();
    expect(world.connections.heard(a1)[1]).toMatchObject({
      data: { users: [{ id: ann.subject, name: null, email: null, avatarUrl: null }] },
    });
  });
});

test('another organization hears nothing, and its users are not shown', async () => {
  const { world, ann, hears } = await scene();
  const stranger = userOf(randomUUID());
  const [a1, s1] = [await world.open(ann), await world.open(stranger)];
  await world.tell();
  expect(hears(a1)).toEqual(['session.welcome', 'user.connected ann']);
  expect(hears(s1)).toEqual(['session.welcome', `user.connected ${stranger.subject}`]);
  await world.close(ann, a1);
  await world.tell();
  expect(hears(s1)).toEqual([]);
});

test('what it costs to tell of one who comes: the index, and half a unit for each who hears of it', async () => {
  const recorder = new Recorder();
  const world = await SocketsWorld.start(openTable, { client: recorder.watch });
  const organization = randomUUID();
  for (let at = 0; at < 40; at += 1) await world.open(userOf(organization));
  await world.tell();
  await world.open(userOf(organization));
  const { reads, writes } = await recorder.cost(() => world.tell());
  expect(writes).toBe(0);
  // Eight shards of the index, the users' sockets for the welcome and for the frames, their profiles, no conversations.
  expect(reads).toBeLessThanOrEqual(8 * 0.5 + 1 + 41 + 40 / 2 + 42 + 0.5 + 1);
});
