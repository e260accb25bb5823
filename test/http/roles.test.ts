import { expect, test } from 'vitest';
import { type Caller, someone, useCloud } from '../support/cloud.ts';
import { createWorld, drive, guardedIn, type World } from '../support/probe.ts';

const cloud = useCloud();
const routes = guardedIn('native');

/** Who calls, and for whom, in a world of their own. */
const callers = {
  owner: ({ ann }: World) => ({ caller: ann, actingFor: undefined }),
  member: ({ bob }: World) => ({ caller: bob, actingFor: undefined }),
  /** A user of the organization whose token has no role, and who takes part in nothing. */
  stranger: ({ organization }: World) => ({ caller: someone(organization), actingFor: undefined }),
  removed: ({ removed }: World) => ({ caller: removed, actingFor: undefined }),
  service: ({ service }: World) => ({ caller: service, actingFor: undefined }),
  serviceForOwner: ({ service, ann }: World) => ({ caller: service, actingFor: ann }),
  serviceForRemoved: ({ service, removed }: World) => ({ caller: service, actingFor: removed }),
  userForAnother: ({ bob, ann }: World) => ({ caller: bob, actingFor: ann }),
} satisfies Record<string, (world: World) => { caller: Caller; actingFor: Caller | undefined }>;

type Status = 200 | 201 | 204 | 400 | 403;
type Row = readonly [Status, Status, Status, Status, Status, Status, Status, Status];

/** How each operation answers each of the callers, in their order. */
const expected: Record<string, Row> = {
  //                      owner member stranger removed service forOwner forRemoved forAnother
  'create-conversation': [201, 201, 201, 201, 201, 201, 201, 403],
  'list-conversations': [200, 200, 200, 200, 400, 200, 200, 403],
  'get-conversation': [200, 200, 403, 403, 200, 200, 403, 403],
  'update-conversation': [200, 403, 403, 403, 200, 200, 403, 403],
  'remove-conversation': [204, 403, 403, 403, 204, 204, 403, 403],
  'list-participants': [200, 200, 403, 403, 200, 200, 403, 403],
  'add-participant': [201, 403, 403, 403, 201, 201, 403, 403],
  'change-role': [200, 403, 403, 403, 200, 200, 403, 403],
  'remove-participant': [200, 403, 403, 403, 200, 200, 403, 403],
  'leave-conversation': [200, 200, 403, 403, 400, 200, 403, 403],
  'mark-read': [200, 200, 403, 403, 400, 200, 403, 403],
  'get-unread-count': [200, 200, 403, 403, 400, 200, 403, 403],
  'send-message': [201, 201, 403, 403, 400, 201, 403, 403],
  'list-messages': [200, 200, 403, 403, 200, 200, 403, 403],
  'get-message': [200, 200, 403, 403, 200, 200, 403, 403],
  'edit-message': [200, 403, 403, 403, 400, 200, 403, 403],
  'delete-message': [204, 403, 403, 403, 204, 204, 403, 403],
  'list-reactions': [200, 200, 403, 403, 200, 200, 403, 403],
  'add-reaction': [201, 201, 403, 403, 400, 201, 403, 403],
  'remove-reaction': [200, 200, 403, 403, 400, 200, 403, 403],
  'add-bookmark': [200, 201, 403, 403, 400, 200, 403, 403],
  'remove-bookmark': [200, 200, 403, 403, 400, 200, 403, 403],
  'list-bookmarks': [200, 200, 200, 200, 400, 200, 200, 403],
  'list-profiles': [200, 200, 200, 200, 200, 200, 200, 403],
  'get-profile': [200, 200, 200, 200, 200, 200, 200, 403],
  'put-profile': [403, 200, 403, 403, 200, 403, 403, 403],
  'get-platform': [403, 403, 403, 403, 200, 403, 403, 403],
  'put-platform': [403, 403, 403, 403, 200, 403, 403, 403],
};

test('every native route has its row', () => {
  expect(Object.keys(expected).toSorted()).toEqual([...new Set(routes.map(({ operation }) => operation))].toSorted());
});

test.each(Object.entries(callers).map(([name, of], at) => ({ name, of, at })))(
  'every native route answers $name as it should',
  async ({ of, at }) => {
    let world = await createWorld(cloud);
    for (const route of routes) {
      const { caller, actingFor } = of(world);
      // What a member takes back must be its own.
      if (actingFor === undefined && caller === world.bob) {
        await cloud.call(caller, `POST /messages/${world.messageId}/reactions`, { body: { emoji: world.emoji } });
        if (route.operation === 'remove-bookmark')
          await cloud.call(caller, `POST /messages/${world.messageId}/bookmarks`);
      }
      // Being seen makes a profile.
      await cloud.call(caller, 'GET /users');
      const before = await cloud.items();
      const { status, body } = await drive(cloud, world, route, caller, { actingFor });
      expect({ operation: route.operation, status, body }).toMatchObject({
        operation: route.operation,
        status: expected[route.operation]?.[at],
      });
      if (status >= 400) {
        expect(body).toMatchObject({ error: status === 400 ? 'validation_failed' : 'forbidden' });
        expect(await cloud.items()).toBe(before);
      } else if (route.method !== 'GET') {
        // Something has changed that the next one may need.
        world = await createWorld(cloud);
      }
    }
  },
);
