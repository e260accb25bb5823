import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bookmarkId } from '../../core/domain/bookmark.ts';
import { messageId, tailOf } from '../../core/domain/ids.ts';
import type { Principal } from '../../core/domain/principal.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { bookmarkKey, headKey, messageKey, participantKey } from '../../core/store/keys.ts';
import { writeItems } from '../../core/store/writing.ts';
import { overtaking } from '../support/faults.ts';
import { bookmark, bookmarks, create, edit, page, send, unbookmark, unsay } from '../support/flow.ts';
import { follow } from '../support/follow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { depsOf, drop, set, useTables } from '../support/table.ts';

const openTable = useTables();

const START = 1_700_000_000_000;

async function world() {
  const table = await openTable();
  const clock = { time: START };
  const deps = depsOf(table, () => clock.time);
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const group = async () => (await create(deps, ann, { participantIds: [bob.subject] })).conversation.id;
  return { table, clock, deps, ann, bob, group };
}

/** Follows a user's bookmarks to the end; `meanwhile` runs between the pages. Answers the message ids, page by page. */
const pagesOf = (deps: Deps, caller: Principal, limit: number, meanwhile?: () => Promise<void>) =>
  follow(async (cursor) => {
    const found = await bookmarks(deps, caller, { limit, cursor });
    return { items: [found.bookmarks.map(({ message }) => message.id)], next: found.next };
  }, meanwhile);

test('a message is bookmarked once by each user, for whom the bookmark keeps its id', async () => {
  const { table, clock, deps, ann, bob, group } = await world();
  const { id } = await send(deps, ann, await group(), 'hello');
  const first = await bookmark(deps, bob, id);
  expect(first).toEqual({ created: true, bookmark: { messageId: id, userId: bob.subject, createdAt: START } });
  clock.time += 1_000;
  expect(await bookmark(deps, bob, id)).toEqual({ ...first, created: false });
  expect((await bookmarks(deps, ann)).bookmarks).toEqual([]);
  const other = await bookmark(deps, ann, id);
  expect(bookmarkId(other.bookmark)).not.toBe(bookmarkId(first.bookmark));

  await unbookmark(deps, bob, id);
  const missing = { code: 'not_found', message: 'Bookmark not found' };
  await expect(unbookmark(deps, bob, id)).rejects.toMatchObject(missing);
  expect((await bookmarks(deps, ann)).bookmarks).toHaveLength(1);

  const racing = async (change: () => Promise<unknown>) =>
    depsOf(await openTable({ existing: table, client: overtaking(change) }), () => clock.time);
  const overtaken = await racing(() => bookmark(deps, bob, id));
  clock.time += 1_000;
  const second = await bookmark(overtaken, bob, id);
  expect(second).toMatchObject({ created: false });
  expect(bookmarkId(second.bookmark)).toBe(bookmarkId(first.bookmark));
  await expect(unbookmark(await racing(() => unbookmark(deps, bob, id)), bob, id)).rejects.toMatchObject(missing);
});

test('the newest messages come first, each as it stands now', async () => {
  const { clock, deps, ann, bob, group } = await world();
  const ids = [];
  const conversations = [await group(), await group()];
  for (let at = 0; at < 6; at += 1) {
    clock.time = START + at * 1_000;
    ids.push((await send(deps, ann, conversations[at % 2] ?? '', `${at}`, { clientMessageId: `${at}` })).id);
  }
  clock.time = START + 60_000;
  for (const at of [3, 0, 5, 1, 4, 2]) await bookmark(deps, bob, ids[at] ?? '');
  await edit(deps, ann, ids[4] ?? '', 'edited');
  await unsay(deps, ann, ids[2] ?? '');
  const shown = (await bookmarks(deps, bob)).bookmarks;
  expect(shown.map(({ message }) => message.text)).toEqual(['5', 'edited', '3', null, '1', '0']);
  // A sender's own key is shown to nobody else.
  expect(new Set(shown.map(({ message }) => message.clientMessageId))).toEqual(new Set([null]));
  expect(shown[5]).toMatchObject({
    bookmark: { createdAt: START + 60_000, userId: bob.subject },
    message: { id: ids[0], conversationId: conversations[0], createdAt: START },
  });
  expect((await pagesOf(deps, bob, 4)).flat()).toEqual(ids.toReversed());
  expect((await bookmarks(deps, bob, { limit: 6 })).next).toBeUndefined();

  await expect(bookmarks(deps, serviceOf('acme'))).rejects.toMatchObject({ faults: [{ path: 'userId' }] });
  expect((await bookmarks(deps, serviceOf('acme'), { actingUserId: bob.subject })).bookmarks).toEqual(shown);
  expect((await bookmarks(deps, serviceOf('other'), { actingUserId: bob.subject })).bookmarks).toEqual([]);
});

test('what its user may not read now is not shown, and is again once it may', async () => {
  const { table, deps, ann, bob, group } = await world();
  const [left, removed, erased, kept] = [await group(), await group(), await group(), await group()];
  const ids = [];
  for (const id of [left, removed, erased, kept]) ids.push((await send(deps, ann, id, 'x')).id);
  for (const id of ids) await bookmark(deps, bob, id);
  await set(table, participantKey(left, bob.subject), 'leftAt', 1);
  await set(table, headKey(removed), 'status', 'removed');
  await drop(table, messageKey(ids[2] ?? ''));
  await set(table, headKey(kept), 'status', 'archived');
  const shown = async () => (await bookmarks(deps, bob)).bookmarks.map(({ message }) => message.conversationId);
  expect(await shown()).toEqual([kept]);
  await set(table, headKey(removed), 'status', 'active');
  expect((await shown()).toSorted()).toEqual([removed, kept].toSorted());
});

test('pages are filled past what is not shown, as far as one request goes', async () => {
  const { table, clock, deps, ann, bob, group } = await world();
  const [readable, gone] = [await group(), await group()];
  const ids: string[] = [];
  for (let at = 0; at < 7; at += 1) {
    clock.time = START + at;
    ids.push((await send(deps, ann, readable, `${at}`)).id);
    await bookmark(deps, bob, ids[at] ?? '');
  }
  /** Bookmarks of messages that are gone, between the sixth and the seventh. */
  const bury = (from: number, to: number) =>
    writeItems(
      table,
      Array.from({ length: to - from }, (_, at) => {
        const id = messageId(tailOf(gone), from + at, START + 5);
        return { put: { ...bookmarkKey('acme', bob.subject, id), entity: 'bookmark', createdAt: START } };
      }),
    );
  await bury(0, 300);
  const newestFirst = ids.toReversed();
  expect(await pagesOf(deps, bob, 3)).toEqual([newestFirst.slice(0, 3), newestFirst.slice(3, 6), newestFirst.slice(6)]);
  await bury(300, 900);
  const pages = await pagesOf(deps, bob, 3);
  expect(pages.flat()).toEqual(newestFirst);
  expect(pages.slice(0, 2)).toEqual([newestFirst.slice(0, 1), []]);
});

test('what stays is on exactly one page, whatever else comes and goes meanwhile', async () => {
  const { table, clock, deps, ann, bob, group } = await world();
  const conversations = [await group(), await group(), await group()];
  const ids: string[] = [];
  for (let at = 0; at < 24; at += 1) {
    clock.time = START + Math.floor(at / 3);
    ids.push((await send(deps, ann, conversations[at % 3] ?? '', `${at}`)).id);
  }
  const step = fc.record({ kind: fc.constantFrom('mark', 'unmark', 'leave', 'return'), at: fc.nat(23) });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.array(step, { maxLength: 12 }), async (limit, steps) => {
      for (const id of ids) await bookmark(deps, bob, id);
      const pending = [...steps];
      const touched = new Set<string>();
      const away = new Set<string>();
      const presence = async (conversation: string, isAway: boolean) => {
        await set(table, participantKey(conversation, bob.subject), 'leftAt', 1);
        if (!isAway) {
          await table.client.send(
            new UpdateCommand({
              TableName: table.name,
              Key: participantKey(conversation, bob.subject),
              UpdateExpression: 'REMOVE leftAt',
            }),
          );
        }
        if (isAway) away.add(conversation);
        else away.delete(conversation);
      };
      const found = await pagesOf(deps, bob, limit, async () => {
        const next = pending.shift();
        if (!next) return;
        const id = ids[next.at] ?? '';
        const conversation = conversations[next.at % 3] ?? '';
        switch (next.kind) {
          case 'mark':
          case 'unmark':
            if (away.has(conversation)) return;
            touched.add(id);
            await (next.kind === 'mark' ? bookmark : unbookmark)(deps, bob, id).catch(() => undefined);
            await bookmark(deps, bob, (await send(deps, ann, conversation, 'new')).id);
            break;
          default:
            for (const [at, one] of ids.entries()) if (at % 3 === next.at % 3) touched.add(one);
            await presence(conversation, next.kind === 'leave');
        }
      });
      for (const conversation of conversations) await presence(conversation, false);
      const seen = found.flat();
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(seen.toSorted().reverse());
      const stayed = ids.filter((id) => !touched.has(id));
      expect(seen.filter((id) => stayed.includes(id)).toSorted()).toEqual(stayed.toSorted());
      expect(found.every(({ length }) => length <= limit)).toBe(true);
    }),
    { numRuns: 25 },
  );
});

test('a cursor of bookmarks is its user’s alone', async () => {
  const { deps, ann, bob, group } = await world();
  const conversation = await group();
  for (const text of ['one', 'two']) await bookmark(deps, bob, (await send(deps, ann, conversation, text)).id);
  const { next: cursor = '' } = await bookmarks(deps, bob, { limit: 1 });
  expect((await bookmarks(deps, bob, { cursor })).bookmarks).toMatchObject([{ message: { text: 'one' } }]);
  const refused = { code: 'validation_failed', faults: [{ path: 'cursor' }] };
  await expect(bookmarks(deps, ann, { cursor })).rejects.toMatchObject(refused);
  await expect(page(deps, bob, conversation, { cursor })).rejects.toMatchObject(refused);
});
