import { describe, expect, test } from 'vitest';
import { errorStatus } from '../../core/contract/errors.ts';
import { ErrorBody } from '../../core/contract/native/error.ts';
import { type Casting, expectAnswers } from '../support/answers.ts';
import { type Caller, conversationIn, messageIn, someone, useCloud } from '../support/cloud.ts';
import { createWorld, guarded } from '../support/probe.ts';

const cloud = useCloud();

type Status = 200 | 201 | 204 | 400 | 403 | 404 | 409;
type Rows = Readonly<Record<string, readonly [Status, Status, Status, Status, Status, Status]>>;

/** What everybody of the organization takes part in: who calls, and how each operation about it answers. */
const global = {
  callers: {
    owner: ({ sue }) => ({ caller: sue }),
    superAdmin: ({ organization }) => ({ caller: { ...someone(organization), roles: ['SUPER_ADMIN'] } }),
    author: ({ ann }) => ({ caller: ann }),
    anybody: ({ organization }) => ({ caller: someone(organization) }),
    service: ({ service }) => ({ caller: service }),
    serviceForAuthor: ({ service, ann }) => ({ caller: service, actingFor: ann }),
  } satisfies Record<string, Casting>,
  expected: {
    //                      owner superAdmin author anybody service forAuthor
    'get-conversation': [200, 200, 200, 200, 200, 200],
    'update-conversation': [200, 200, 403, 403, 200, 403],
    'remove-conversation': [204, 403, 403, 403, 204, 403],
    'list-participants': [200, 200, 200, 200, 200, 200],
    'add-participant': [409, 409, 409, 409, 409, 409],
    'change-role': [409, 409, 409, 409, 409, 409],
    'remove-participant': [409, 409, 409, 409, 409, 409],
    'leave-conversation': [409, 409, 409, 409, 400, 409],
    'mark-read': [200, 200, 200, 200, 400, 200],
    'get-unread-count': [200, 200, 200, 200, 400, 200],
    'send-message': [201, 201, 201, 201, 400, 201],
    'list-messages': [200, 200, 200, 200, 200, 200],
    'get-message': [200, 200, 200, 200, 200, 200],
    'edit-message': [403, 403, 200, 403, 400, 200],
    'delete-message': [204, 204, 204, 403, 204, 204],
    'list-reactions': [200, 200, 200, 200, 200, 200],
    'add-reaction': [201, 201, 201, 201, 400, 201],
    'remove-reaction': [404, 404, 200, 404, 400, 200],
    'add-bookmark': [201, 201, 200, 201, 400, 200],
    'remove-bookmark': [404, 404, 200, 404, 400, 200],
  } satisfies Rows,
};

/** What hangs on a message, where the message is decides over. */
const replies = {
  callers: {
    admin: ({ ann }) => ({ caller: ann }),
    author: ({ bob }) => ({ caller: bob }),
    stranger: ({ organization }) => ({ caller: { ...someone(organization), roles: ['SUPER_ADMIN'] } }),
    removed: ({ removed }) => ({ caller: removed }),
    service: ({ service }) => ({ caller: service }),
    serviceForAuthor: ({ service, bob }) => ({ caller: service, actingFor: bob }),
  } satisfies Record<string, Casting>,
  expected: {
    //                      admin author stranger removed service forAuthor
    'get-conversation': [200, 200, 403, 403, 200, 200],
    'update-conversation': [200, 403, 403, 403, 200, 403],
    'remove-conversation': [403, 403, 403, 403, 204, 403],
    'list-participants': [200, 200, 403, 403, 200, 200],
    'add-participant': [409, 409, 403, 403, 409, 409],
    'change-role': [409, 409, 403, 403, 409, 409],
    'remove-participant': [409, 409, 403, 403, 409, 409],
    'leave-conversation': [409, 409, 403, 403, 400, 409],
    'mark-read': [200, 200, 403, 403, 400, 200],
    'get-unread-count': [200, 200, 403, 403, 400, 200],
    'send-message': [409, 409, 403, 403, 400, 409],
    'list-messages': [200, 200, 403, 403, 200, 200],
    'get-message': [200, 200, 403, 403, 200, 200],
    'edit-message': [403, 200, 403, 403, 400, 200],
    'delete-message': [204, 204, 403, 403, 204, 204],
    'list-reactions': [200, 200, 403, 403, 200, 200],
    'add-reaction': [201, 201, 403, 403, 400, 201],
    'remove-reaction': [404, 200, 403, 403, 400, 200],
    'add-bookmark': [201, 200, 403, 403, 400, 200],
    'remove-bookmark': [404, 200, 403, 403, 400, 200],
  } satisfies Rows,
};

test('a conversation is asked for by kind, by type, or by both, and shows both', async () => {
  const { organization, ann, bob, sue, service } = await createWorld(cloud);
  const create = (caller: Caller, body: object) => cloud.call(caller, 'POST /conversations', { body });
  const participantIds = [bob.sub];
  for (const kind of ['direct', 'group'] as const) {
    const link = { type: 'order', id: kind };
    for (const body of [{ kind }, { type: kind }, { type: kind, kind }]) {
      const made = conversationIn(await create(ann, { ...body, link, participantIds }));
      expect(made).toMatchObject({ type: kind, kind, link, participantCount: 2 });
    }
  }
  for (const body of [{ kind: 'global' }, { type: 'group', kind: 'global', participantIds: [] }]) {
    for (const [caller, ownerId] of [
      [sue, sue.sub],
      [service, null],
    ] as const) {
      const { status, body: made } = await create(caller, body);
      expect({ status, made }).toMatchObject({
        status: 201,
        made: { type: 'group', kind: 'global', ownerId, link: null, participants: [], participantCount: 0 },
      });
    }
    expect((await create(ann, body)).status).toBe(403);
    expect((await cloud.call(service, `POST /conversations?userId=${sue.sub}`, { body })).status).toBe(403);
  }
  expect((await create(sue, { kind: 'global', participantIds })).body).toMatchObject({
    error: 'validation_failed',
    details: [{ path: 'participantIds' }],
  });
  const listed = await cloud.call(someone(organization), 'GET /conversations');
  expect(listed.body).toMatchObject(Array.from({ length: 5 }, () => ({ kind: 'global', participants: [] })));
});

test('a reply shows the message that it hangs on as its link, and that message shows the reply', async () => {
  const { ann, messageId, conversationId, replies } = await createWorld(cloud);
  const conversation = conversationIn(await cloud.call(ann, `GET /conversations/${replies.conversationId}`));
  expect(conversation).toMatchObject({
    type: 'group',
    kind: 'reply',
    name: null,
    ownerId: null,
    link: { type: 'message', id: messageId },
    lastSeq: 1,
    participants: [],
    participantCount: 0,
  });
  const shown = messageIn(await cloud.call(ann, `GET /messages/${messageId}`));
  expect(shown).toMatchObject({ conversationId, replyConversationId: replies.conversationId });
  expect(messageIn(await cloud.call(ann, `GET /messages/${replies.messageId}`))).not.toHaveProperty(
    'replyConversationId',
  );
});

/** The routes about one conversation, or one message in it. */
const routes = guarded.filter(({ path }) => /^\/(conversations|messages)\/\{id\}/.test(path));

describe.each([
  { kind: 'global', ...global },
  { kind: 'replies', ...replies },
] as const)('$kind', ({ kind, callers, expected }) => {
  test('has a row for every route', () => {
    expect(Object.keys(expected).toSorted()).toEqual(routes.map(({ operation }) => operation).toSorted());
  });

  test.each(Object.entries<Casting>(callers).map(([name, of], at) => ({ name, of, at })))(
    'answers $name as it should',
    ({ of, at }) =>
      expectAnswers(
        cloud,
        async (world) => ({ ...(await of(world)), place: world[kind] }),
        routes,
        ({ operation }) => (expected as Rows)[operation]?.[at],
        ({ status, body }) => {
          const codes = Object.entries(errorStatus).flatMap(([code, of]) => (of === status ? [code] : []));
          expect(codes).toContain(ErrorBody.parse(body).error);
        },
      ),
  );
});
