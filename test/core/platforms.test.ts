import { expect, test } from 'vitest';
import type { Principal } from '../../core/domain/principal.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { getPlatform } from '../../core/operations/get-platform.ts';
import { putPlatform } from '../../core/operations/put-platform.ts';
import { answering } from '../support/faults.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const [acme, other] = [serviceOf('acme'), serviceOf('other')];
const get = (deps: Deps, caller: Principal, publicKey: string, actingUserId?: string) =>
  getPlatform(deps, caller, { publicKey, actingUserId });
const put = (deps: Deps, caller: Principal, publicKey: string, name: string, actingUserId?: string) =>
  putPlatform(deps, caller, { publicKey, name, actingUserId });

test('a platform is its organization’s: others neither see its key nor get it', async () => {
  const recorder = new Recorder();
  const deps = depsOf(await openTable({ client: recorder.watch }));
  const missing = { code: 'not_found', message: 'Platform not found' };
  await expect(get(deps, acme, 'key')).rejects.toMatchObject(missing);
  const first = await recorder.cost(() => put(deps, acme, 'key', 'Web'));
  expect(first).toMatchObject({ result: { publicKey: 'key', name: 'Web', organization: 'acme' }, trips: 1, reads: 0 });
  await expect(put(deps, other, 'key', 'Mine')).rejects.toMatchObject({ code: 'conflict' });
  await expect(get(deps, other, 'key')).rejects.toMatchObject(missing);
  const renamed = await put(deps, acme, 'key', 'Mobile');
  expect(await recorder.cost(() => get(deps, acme, 'key'))).toMatchObject({ result: renamed, trips: 1, reads: 1 });
  expect(renamed.name).toBe('Mobile');
});

test('of two organizations that want one key at once, one has it and the other is told', async () => {
  const table = await openTable();
  let waiting = 0;
  let go = () => {};
  const bothThere = new Promise<void>((resolve) => {
    go = resolve;
  });
  // Both have asked before either is answered.
  const client = answering('UpdateItemCommand', async (next) => {
    waiting += 1;
    if (waiting === 2) go();
    await bothThere;
    return next();
  });
  const deps = depsOf(await openTable({ existing: table, client }));
  const outcomes = await Promise.allSettled([put(deps, acme, 'key', 'Ours'), put(deps, other, 'key', 'Mine')]);
  const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  expect(won).toHaveLength(1);
  expect(lost).toMatchObject([{ code: 'conflict' }]);
  const winner = serviceOf(won[0]?.organization ?? '');
  expect(await get(depsOf(table), winner, 'key')).toEqual(won[0]);
});

test('platforms are for a service that acts as itself', async () => {
  const deps = depsOf(await openTable());
  const ann = userOf('acme');
  await put(deps, acme, 'key', 'Web');
  const forbidden = { code: 'forbidden' };
  for (const [caller, acting] of [
    [ann, undefined],
    [ann, ann.subject],
    [acme, ann.subject],
  ] as const) {
    await expect(get(deps, caller, 'key', acting)).rejects.toMatchObject(forbidden);
    await expect(put(deps, caller, 'key', 'Theirs', acting)).rejects.toMatchObject(forbidden);
  }
  expect((await get(deps, acme, 'key')).name).toBe('Web');
});
