import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { TaggedConversation } from '../../core/contract/v1/conversation.ts';
import { type Casting, expectAnswers, scene, serviceElsewhere, superAdmin, useWorld } from '../support/answers.ts';
import { type Caller, someone, useCloud } from '../support/cloud.ts';
import { createWorld, guardedIn, registerPlatform } from '../support/probe.ts';
import { errors, message, told } from '../support/refusals.ts';

const cloud = useCloud();
const routes = guardedIn('v1');

/** A world in which nothing happens but reading, and one in which there is sending too. */
const [untouched, shared] = [useWorld(cloud), useWorld(cloud)];

type Status = 200 | 201 | 400 | 401 | 403 | 404 | 422;

/** A caller with the key of a platform of its own organization. */
async function withOwnKey(caller: Caller, actingFor?: Caller) {
  const publicKey = randomUUID();
  const { org_id } = caller;
  const service = { sub: 'backend', roles: ['SERVICE'], ...(org_id === undefined ? {} : { org_id }) };
  await registerPlatform(cloud, service, publicKey, 'own');
  return { caller, publicKey, ...(actingFor ? { actingFor } : {}) };
}

/** Who calls, and for whom. */
const callers = {
  nowhere: ({ ann: { sub } }) => ({ caller: { sub } }),
  nowhereOwnKey: ({ ann: { sub } }) => withOwnKey({ sub }),
  sender: ({ ann }) => ({ caller: ann }),
  receiver: ({ bob }) => ({ caller: bob }),
  receiverForItself: ({ bob }) => ({ caller: bob, actingFor: bob }),
  receiverForSender: ({ bob, ann }) => ({ caller: bob, actingFor: ann }),
  stranger: ({ organization }) => ({ caller: someone(organization) }),
  departed: async () => {
    const world = await createWorld(cloud);
    await cloud.call(world.bob, `POST /conversations/${world.direct.conversationId}/leave`);
    return { world, caller: world.bob };
  },
  superAdmin: ({ sue }) => ({ caller: sue }),
  elsewhere: () => ({ caller: someone(randomUUID()) }),
  elsewhereOwnKey: () => withOwnKey(someone(randomUUID())),
  receiverElsewhereOwnKey: ({ bob: { sub } }) => withOwnKey(someone(randomUUID(), sub)),
  // Of the same name as somebody who takes part: as added as one can be from elsewhere.
  superAdminElsewhere: ({ bob: { sub } }) => ({ caller: superAdmin(randomUUID(), sub) }),
  superAdminElsewhereOwnKey: ({ bob: { sub } }) => withOwnKey(superAdmin(randomUUID(), sub)),
  service: ({ service }) => ({ caller: service }),
  serviceForSender: ({ service, ann }) => ({ caller: service, actingFor: ann }),
  serviceForReceiver: ({ service, bob }) => ({ caller: service, actingFor: bob }),
  serviceForStranger: ({ service, removed }) => ({ caller: service, actingFor: removed }),
  serviceElsewhere: ({ bob }) => ({ caller: serviceElsewhere(), actingFor: bob }),
  serviceElsewhereOwnKey: ({ bob }) => withOwnKey(serviceElsewhere(), bob),
} satisfies Record<string, Casting>;
type Name = keyof typeof callers;

const columns = [
  'create-conversation',
  'list-conversations',
  'list-messages',
  'send-message',
  'mark-read',
  'add-reaction',
  'count-devices',
];

type Row = readonly [Status, Status, Status, Status, Status, Status, Status];

/** How each of them is answered about the direct conversation and the message in it, in the order of the columns. */
const expected: Readonly<Record<Name, Row>> = {
  //                create list messages send read react devices
  nowhere: [401, 401, 401, 401, 401, 401, 401],
  nowhereOwnKey: [422, 200, 404, 404, 404, 404, 200],
  sender: [201, 200, 200, 201, 403, 200, 200],
  receiver: [201, 200, 200, 201, 200, 200, 200],
  receiverForItself: [201, 200, 200, 201, 200, 200, 200],
  receiverForSender: [403, 403, 403, 403, 403, 403, 403],
  stranger: [201, 200, 403, 403, 403, 403, 200],
  departed: [201, 200, 403, 403, 403, 403, 200],
  superAdmin: [201, 200, 403, 403, 403, 403, 200],
  elsewhere: [401, 401, 401, 401, 401, 401, 401],
  elsewhereOwnKey: [422, 200, 404, 404, 404, 404, 200],
  receiverElsewhereOwnKey: [422, 200, 404, 404, 404, 404, 200],
  superAdminElsewhere: [401, 401, 401, 401, 401, 401, 401],
  superAdminElsewhereOwnKey: [422, 200, 404, 404, 404, 404, 200],
  service: [400, 400, 200, 400, 400, 400, 400],
  serviceForSender: [201, 200, 200, 201, 403, 200, 200],
  serviceForReceiver: [201, 200, 200, 201, 200, 200, 200],
  serviceForStranger: [201, 200, 403, 403, 403, 403, 200],
  serviceElsewhere: [401, 401, 401, 401, 401, 401, 401],
  serviceElsewhereOwnKey: [422, 200, 404, 404, 404, 404, 200],
};

test('every route has its column', () => {
  expect(columns.toSorted()).toEqual(routes.map(({ operation }) => operation).toSorted());
});

const cases = Object.entries<Casting>(callers).map(([name, of]) => ({ name: name as Name, of }));

/** What a refusal says, where the rules leave it no choice. */
const refusals: Readonly<Record<number, ReturnType<typeof message | typeof errors>>> = {
  400: message(400, expect.any(String)),
  401: message(401, 'Unauthenticated.'),
  403: message(403),
  404: message(404, expect.stringMatching(/^(Conversation|Message) not found$/)),
};

test.each(cases)('every route answers $name as it should', ({ name, of }) =>
  expectAnswers(
    cloud,
    of,
    routes,
    ({ operation }) => expected[name][columns.indexOf(operation)],
    (answer) => {
      const unknown = errors({ participant_uuid: 'The selected participant uuid is invalid.' });
      expect(told(answer)).toEqual(refusals[answer.status] ?? unknown);
    },
  ),
);

/** What of the world each of those who have a list finds in it, and what is counted there. */
const inLists: Readonly<Partial<Record<Name, readonly [readonly string[], number]>>> = {
  sender: [['direct', 'global', 'group'], 1],
  receiver: [['direct', 'global', 'group'], 1],
  stranger: [['global'], 0],
  departed: [['global', 'group'], 0],
  superAdmin: [['global'], 0],
  nowhereOwnKey: [[], 0],
  elsewhereOwnKey: [[], 0],
  receiverElsewhereOwnKey: [[], 0],
  superAdminElsewhereOwnKey: [[], 0],
  serviceForSender: [['direct', 'global', 'group'], 1],
  serviceForStranger: [['global'], 0],
  serviceElsewhereOwnKey: [[], 0],
};

test.each(cases.filter(({ name }) => name in inLists))(
  'lists and figures hold for $name what it takes part in, and nothing else',
  async ({ name, of }) => {
    const { world, caller, actingFor, publicKey = world.publicKey } = await scene(cloud, of, untouched());
    const [wanted = [], count] = inLists[name] ?? [];
    const headers = { 'x-public-key': publicKey };
    const query = actingFor ? (`?userId=${actingFor.sub}` as const) : '';
    const listed = await cloud.call(caller, `GET /api/v1/chat/conversations${query}`, { headers });
    const ids = {
      [world.conversationId]: 'group',
      [world.direct.conversationId]: 'direct',
      [world.global.conversationId]: 'global',
    };
    const { data, meta } = z
      .object({ data: z.array(TaggedConversation), meta: z.object({ has_more: z.boolean() }) })
      .parse(listed.body);
    expect(data.map(({ uuid }) => ids[uuid] ?? uuid).toSorted()).toEqual(wanted);
    expect(meta.has_more).toBe(false);
    const counted = await cloud.call(caller, `GET /api/v1/chat/stats/devices${query}`, { headers });
    expect(counted.body).toEqual({ data: count === 0 ? [] : [{ _id: 'web', count }] });
  },
);

const aboutOne = ['list-messages', 'send-message', 'mark-read', 'add-reaction'];

/** How what is not direct is answered: nobody is the receiver of a message there. */
const kinds = {
  group: {
    //            messages send read react
    owner: [({ ann }) => ({ caller: ann }), [200, 422, 403, 200]],
    member: [({ bob }) => ({ caller: bob }), [200, 422, 403, 200]],
    stranger: [({ organization }) => ({ caller: someone(organization) }), [403, 403, 403, 403]],
    removed: [({ removed }) => ({ caller: removed }), [403, 403, 403, 403]],
    superAdmin: [({ sue }) => ({ caller: sue }), [403, 403, 403, 403]],
    service: [({ service }) => ({ caller: service }), [200, 400, 400, 400]],
    serviceForMember: [({ service, bob }) => ({ caller: service, actingFor: bob }), [200, 422, 403, 200]],
  },
  global: {
    owner: [({ sue }) => ({ caller: sue }), [200, 422, 403, 200]],
    anybody: [({ organization }) => ({ caller: someone(organization) }), [200, 422, 403, 200]],
    service: [({ service }) => ({ caller: service }), [200, 400, 400, 400]],
  },
  replies: {
    member: [({ bob }) => ({ caller: bob }), [200, 422, 403, 200]],
    stranger: [({ organization }) => ({ caller: someone(organization) }), [403, 403, 403, 403]],
    service: [({ service }) => ({ caller: service }), [200, 400, 400, 400]],
  },
} satisfies Record<string, Record<string, readonly [Casting, readonly [Status, Status, Status, Status]]>>;

describe.each(['group', 'global', 'replies'] as const)('what is not direct, but %s,', (kind) => {
  test.each(Object.entries<readonly [Casting, readonly Status[]]>(kinds[kind]))(
    'answers %s as it should',
    (_, [of, statuses]) =>
      expectAnswers(
        cloud,
        async (world) => ({ ...(await of(world)), place: kind === 'group' ? world : world[kind] }),
        routes.filter(({ operation }) => aboutOne.includes(operation)),
        ({ operation }) => statuses[aboutOne.indexOf(operation)],
        (answer) => {
          const notDirect = errors({
            conversation_uuid: 'The selected conversation is not between two participants.',
          });
          expect(told(answer)).toEqual(refusals[answer.status] ?? notDirect);
        },
        shared(),
      ),
  );
});
