import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { countDevices } from '../../core/operations/count-devices.ts';
import { getPlatform } from '../../core/operations/get-platform.ts';
import { getProfile } from '../../core/operations/get-profile.ts';
import { listParticipants } from '../../core/operations/list-participants.ts';
import { listProfiles } from '../../core/operations/list-profiles.ts';
import { putPlatform } from '../../core/operations/put-platform.ts';
import { putProfile } from '../../core/operations/put-profile.ts';
import { syncProfile } from '../../core/operations/sync-profile.ts';
import {
  add,
  bookmark,
  bookmarks,
  conversations,
  create,
  edit,
  end,
  get,
  leave,
  markRead,
  page,
  rank,
  react,
  reactions,
  remove,
  send,
  show,
  takeBack,
  unbookmark,
  unread,
  unsay,
  update,
} from '../support/flow.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const rows = readFileSync(new URL('../../docs/table.md', import.meta.url), 'utf8').matchAll(
  /^\| `([\w-]+)` \|[^|]*\| (\d+)/gm,
);
const listed = [...rows].map(([, name = '', trips]) => [name, Number(trips)] as const);

test('the page of the table tells how many trips each operation takes in the ordinary case', async () => {
  const recorder = new Recorder();
  const deps = depsOf(await openTable({ client: recorder.watch }));
  const [ann, bob, service] = [userOf('acme'), userOf('acme'), serviceOf('acme')];
  const { id } = (await create(deps, ann, { participantIds: [bob.subject] })).conversation;
  const first = await send(deps, ann, id, 'one');
  const second = await send(deps, ann, id, 'two');
  const claims = { name: 'Ann', email: null, avatarUrl: null, issuedAt: 1 };
  await syncProfile(deps, ann, claims);
  const [nobody, carol] = [undefined, randomUUID()];
  const paging = { actingUserId: nobody, limit: 50, cursor: undefined };

  const works: Readonly<Record<string, () => Promise<unknown>>> = {
    'create-conversation': () => create(deps, ann, { participantIds: [bob.subject] }),
    'list-conversations': () => conversations(deps, ann),
    'count-devices': () => countDevices(deps, ann, { actingUserId: nobody }),
    'get-conversation': () => get(deps, ann, id),
    'update-conversation': () => update(deps, ann, id, { name: 'New' }),
    'list-participants': () => listParticipants(deps, ann, { conversationId: id, ...paging }),
    'add-participant': () => add(deps, ann, id, carol),
    'change-role': () => rank(deps, ann, id, bob.subject, 'admin'),
    'remove-participant': () => remove(deps, ann, id, carol),
    'mark-read': () => markRead(deps, bob, id, second.id),
    'get-unread-count': () => unread(deps, bob, id),
    'send-message': () => send(deps, ann, id, 'three'),
    'list-messages': () => page(deps, ann, id),
    'get-message': () => show(deps, ann, first.id),
    'edit-message': () => edit(deps, ann, first.id, 'changed'),
    'add-reaction': () => react(deps, ann, first.id, '+1'),
    'list-reactions': () => reactions(deps, ann, first.id),
    'remove-reaction': () => takeBack(deps, ann, first.id, '+1'),
    'add-bookmark': () => bookmark(deps, ann, first.id),
    'list-bookmarks': () => bookmarks(deps, ann),
    'remove-bookmark': () => unbookmark(deps, ann, first.id),
    'delete-message': () => unsay(deps, ann, first.id),
    'leave-conversation': () => leave(deps, bob, id),
    'remove-conversation': () => end(deps, ann, id),
    'list-profiles': () => listProfiles(deps, ann, paging),
    'get-profile': () => getProfile(deps, ann, { userId: ann.subject, actingUserId: nobody }),
    'put-profile': () => putProfile(deps, ann, { userId: ann.subject, actingUserId: nobody, details: claims }),
    'put-platform': () => putPlatform(deps, service, { publicKey: 'key', name: 'Web', actingUserId: nobody }),
    'get-platform': () => getPlatform(deps, service, { publicKey: 'key', actingUserId: nobody }),
    'rest-authorizer': () => syncProfile(deps, ann, claims),
  };
  const taken: Record<string, number> = {};
  for (const [name, work] of Object.entries(works)) taken[name] = (await recorder.cost(work)).trips;
  expect(taken).toEqual(Object.fromEntries(listed));
});
