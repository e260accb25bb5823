import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import type { Principal } from '../../core/domain/principal.ts';
import { userOf } from '../support/people.ts';
import { PresenceClient } from '../support/presence-client.ts';
import { SocketsWorld } from '../support/sockets-world.ts';
import { useTables } from '../support/table.ts';

const openTable = useTables();

const LEASE_MS = limits.leaseSeconds * 1000;
const PING_MS = 60_000;

type Step =
  | { readonly kind: 'open'; readonly user: number }
  | { readonly kind: 'close' | 'die' | 'ping'; readonly which: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'tell'; readonly count: number; readonly again: boolean }
  | { readonly kind: 'sweep' };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('open' as const), user: fc.nat(3) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('close' as const, 'die' as const, 'ping' as const),
        which: fc.nat(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(LEASE_MS + 10_000) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('tell' as const), count: fc.nat(5), again: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('sweep' as const) }) },
  ),
  { maxLength: 40 },
);

/** Three users of one organization and one of another, each with as many devices as it likes. */
async function crowd() {
  const world = await SocketsWorld.start(openTable);
  const [home, other] = [randomUUID(), randomUUID()];
  const users = [userOf(home), userOf(home), userOf(home), userOf(other)];
  /** Those whose sockets are open, as far as they know. */
  let clients: PresenceClient[] = [];
  const ended = (client: PresenceClient) => {
    clients = clients.filter((one) => one !== client);
  };

  /** A user's connections in the table: which there are, told twice and to the same effect. */
  const stored = async (user: Principal): Promise<string[]> => {
    const item = await world.item(user);
    if (!item) return [];
    const ids = [...((item['ids'] as Set<string> | undefined) ?? [])].sort();
    const named = Object.keys(item).filter((name) => name.startsWith('socket '));
    expect(named.map((name) => name.slice('socket '.length)).sort()).toEqual(ids);
    expect(item).toMatchObject({ entity: 'sockets', gsi1sk: `${user.organization}#${user.subject}` });
    return ids;
  };
  const leaseOf = async ({ user, connectionId }: PresenceClient): Promise<number> => {
    const item = await world.item(user);
    const { lease = 0 } = (item?.[`socket ${connectionId}`] ?? {}) as { lease?: number };
    return lease;
  };

  const ping = async (client: PresenceClient) => {
    const before = await leaseOf(client);
    const isKept = await world.ping(client.user, client.connectionId);
    // It does not come back to life.
    if (before <= world.now) expect(isKept).toBe(false);
    if (isKept) expect(await leaseOf(client)).toBe(world.now + LEASE_MS);
    else {
      await world.close(client.user, client.connectionId);
      ended(client);
    }
  };
  const sweep = async () => {
    const living = new Map<PresenceClient, number>();
    for (const client of clients) living.set(client, await leaseOf(client));
    expect((await world.sweep()).failures).toEqual([]);
    for (const [client, lease] of living) {
      const isLive = lease > world.now;
      expect(world.connections.isOpen(client.connectionId)).toBe(isLive);
      expect(await stored(client.user)).toEqual(
        isLive ? expect.arrayContaining([client.connectionId]) : expect.not.arrayContaining([client.connectionId]),
      );
      if (!isLive) ended(client);
    }
  };
  return { world, users, clients: () => clients, ended, stored, ping, sweep };
}

test('whatever becomes of sockets, each client knows who is active in the end, and nobody hears of strangers', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const { world, users, clients, ended, stored, ping, sweep } = await crowd();
      const pick = (which: number) => clients()[which % clients().length];
      for (const step of script) {
        switch (step.kind) {
          case 'open': {
            const user = users[step.user] as Principal;
            clients().push(new PresenceClient(user, await world.open(user)));
            break;
          }
          case 'close':
          case 'die': {
            const client = pick(step.which);
            if (!client) break;
            if (step.kind === 'close') await world.close(client.user, client.connectionId);
            else world.connections.drop(client.connectionId);
            ended(client);
            break;
          }
          case 'ping': {
            const client = pick(step.which);
            if (client) await ping(client);
            break;
          }
          case 'wait':
            world.now += step.ms;
            break;
          case 'tell': {
            const records = world.records.splice(0, step.count);
            const { done } = await world.tell(records);
            // Who has died a moment after connecting may be connecting still.
            if (step.again) world.records.unshift(...records.slice(0, done));
            break;
          }
          case 'sweep':
            await sweep();
        }
        for (const user of users) await stored(user);
        for (const client of clients()) client.listen(world);
      }

      // Those who died lapse; the others ping, as they should.
      for (let waited = 0; waited <= LEASE_MS; waited += PING_MS) {
        for (const client of [...clients()]) await ping(client);
        world.now += PING_MS;
      }
      await sweep();
      expect((await world.tell()).error).toBeUndefined();

      for (const client of clients()) {
        client.listen(world);
        const { organization } = client.user;
        const there = clients().filter(({ user }) => user.organization === organization);
        expect(client.active).toEqual(new Set(there.map(({ user }) => user.subject)));
      }
      for (const user of users) {
        const own = clients().filter((client) => client.user === user);
        expect(await stored(user)).toEqual(own.map(({ connectionId }) => connectionId).sort());
      }
    }),
    { numRuns: 60 },
  );
});
