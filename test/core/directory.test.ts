import { randomUUID } from 'node:crypto';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Principal } from '../../core/domain/principal.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { type ListProfilesInput, listProfiles } from '../../core/operations/list-profiles.ts';
import { putProfile } from '../../core/operations/put-profile.ts';
import { directoryKey, profileKey } from '../../core/store/keys.ts';
import { readItem } from '../../core/store/reading.ts';
import { answering } from '../support/faults.ts';
import { follow } from '../support/follow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const list = (deps: Deps, caller: Principal, input: Partial<ListProfilesInput> = {}) =>
  listProfiles(deps, caller, { actingUserId: undefined, limit: 50, cursor: undefined, ...input });

const put = (deps: Deps, organization: string, userId: string, name: string) =>
  putProfile(deps, serviceOf(organization), {
    userId,
    actingUserId: undefined,
    details: { name, email: null, avatarUrl: null },
  });

/** Follows the directory to its end, page by page; `meanwhile` runs between them. */
const pagesOf = (deps: Deps, caller: Principal, limit: number, meanwhile?: () => Promise<void>) =>
  follow(async (cursor) => {
    const { profiles, next } = await list(deps, caller, { limit, cursor });
    return { items: [profiles], next };
  }, meanwhile);

/** Fills a directory in bulk, with copies of what a put leaves. */
async function withPeople(deps: Deps, organization: string, count: number): Promise<string[]> {
  const { table } = deps;
  const ids = Array.from({ length: count }, () => randomUUID());
  await put(deps, organization, ids[0] ?? '', 'Somebody of an ordinary name');
  const model = await readItem(table, profileKey(organization, ids[0] ?? ''));
  for (let start = 0; start < ids.length; start += 25) {
    const writes = ids.slice(start, start + 25).map((id) => ({
      PutRequest: { Item: { ...model, ...profileKey(organization, id), ...directoryKey(organization, id) } },
    }));
    await table.client.send(new BatchWriteCommand({ RequestItems: { [table.name]: writes } }));
  }
  return ids.sort();
}

test('a directory of 5,000 people pages completely, in two trips a page', async () => {
  const recorder = new Recorder();
  const deps = depsOf(await openTable({ client: recorder.watch }));
  const ids = await withPeople(deps, 'acme', 5_000);
  await withPeople(deps, 'acme2', 3);
  const pages = await pagesOf(deps, userOf('acme'), 100);
  expect(pages).toHaveLength(50);
  expect(pages.flat().map(({ id }) => id)).toEqual(ids);

  const page = await recorder.cost(() => list(deps, userOf('acme')));
  expect(page.result.profiles).toHaveLength(50);
  expect(page).toMatchObject({ trips: 2, writes: 0 });
  expect(page.reads).toBeLessThanOrEqual(52);
});

test('whoever is there all the while is on exactly one page, as they are now, while others come and change', async () => {
  const deps = depsOf(await openTable());
  const change = fc.record({ at: fc.nat(29), arrives: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 31 }), fc.array(change, { maxLength: 12 }), async (limit, changes) => {
      const organization = randomUUID();
      const ids = await withPeople(deps, organization, 30);
      const pending = [...changes];
      const pages = await pagesOf(deps, userOf(organization), limit, async () => {
        const next = pending.shift();
        if (!next) return;
        const known = ids[next.at] ?? '';
        // Newcomers stand anywhere, also beside who is there.
        const id = next.arrives ? known.slice(0, -12) + randomUUID().slice(-12) : known;
        await put(deps, organization, id, 'changed');
      });
      const found = pages.flat().map(({ id }) => id);
      expect(found.filter((id) => ids.includes(id))).toEqual(ids);
      expect(found).toEqual([...new Set(found)].sort());
      for (const page of pages.slice(0, -1)) expect(page).toHaveLength(limit);
      expect(pages.at(-1)?.length).toBeGreaterThan(0);
    }),
    { numRuns: 15 },
  );
});

test('a cursor is of its organization’s directory alone; an empty directory has one page', async () => {
  const deps = depsOf(await openTable());
  await withPeople(deps, 'acme', 3);
  const { next: cursor } = await list(deps, userOf('acme'), { limit: 2 });
  expect((await list(deps, serviceOf('acme'), { limit: 2, cursor })).profiles).toHaveLength(1);
  const refused = { code: 'validation_failed', faults: [{ path: 'cursor' }] };
  await expect(list(deps, userOf('other'), { cursor })).rejects.toMatchObject(refused);
  await expect(list(deps, userOf('acme'), { cursor: `${cursor}A` })).rejects.toMatchObject(refused);
  expect(await list(deps, userOf('other'))).toEqual({ profiles: [], next: undefined });
  const asOther = { actingUserId: randomUUID() };
  await expect(list(deps, userOf('acme'), asOther)).rejects.toMatchObject({ code: 'forbidden' });
  expect((await list(deps, serviceOf('acme'), asOther)).profiles).toHaveLength(3);
});

test('who is in the directory may lag, what is shown of them does not', async () => {
  const reads: string[] = [];
  const table = await openTable({
    client: (client) => {
      for (const command of ['QueryCommand', 'BatchGetItemCommand']) {
        answering(command, (next, request) => {
          reads.push(`${command} ${request.includes('"ConsistentRead":true')}`);
          return next();
        })(client);
      }
    },
  });
  const deps = depsOf(table);
  await put(deps, 'acme', randomUUID(), 'Ann');
  expect((await list(deps, serviceOf('acme'))).profiles).toHaveLength(1);
  expect(reads).toEqual(['QueryCommand false', 'BatchGetItemCommand true']);
});
