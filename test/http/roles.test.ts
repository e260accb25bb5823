import { expect, test } from 'vitest';
import { type Casting, expectAnswers } from '../support/answers.ts';
import { someone, useCloud } from '../support/cloud.ts';
import { guardedIn } from '../support/probe.ts';

const cloud = useCloud();
const routes = guardedIn('native');

/** Who calls, and for whom. */
const callers = {
  owner: ({ ann }) => ({ caller: ann }),
  member: async ({ bob, messageId, emoji }) => {
    // What a member takes back must be its own.
    await cloud.call(bob, `POST /messages/${messageId}/reactions`, { body: { emoji } });
    return { caller: bob };
  },
  /** A user of the organization whose token has no role, and who takes part in nothing. */
  stranger: ({ organization }) => ({ caller: someone(organization) }),
  removed: ({ removed }) => ({ caller: removed }),
  service: ({ service }) => ({ caller: service }),
  serviceForOwner: ({ service, ann }) => ({ caller: service, actingFor: ann }),
  serviceForRemoved: ({ service, removed }) => ({ caller: service, actingFor: removed }),
  userForAnother: ({ bob, ann }) => ({ caller: bob, actingFor: ann }),
} satisfies Record<string, Casting>;

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

test.each(Object.entries<Casting>(callers).map(([name, of], at) => ({ name, of, at })))(
  'every native route answers $name as it should',
  ({ of, at }) =>
    expectAnswers(
      cloud,
      of,
      routes,
      ({ operation }) => expected[operation]?.[at],
      ({ status, body }) => {
        expect(body).toMatchObject({ error: status === 400 ? 'validation_failed' : 'forbidden' });
      },
    ),
);
