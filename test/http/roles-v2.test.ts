import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { Conversation } from '../../core/contract/v2/conversation.ts';
import { type Casting, expectAnswers, scene, serviceElsewhere, superAdmin, useWorld } from '../support/answers.ts';
import { type Caller, someone, useCloud } from '../support/cloud.ts';
import { createWorld, drive, guardedIn, type World } from '../support/probe.ts';
import { detail, told } from '../support/refusals.ts';

const cloud = useCloud();
const routes = guardedIn('v2');

/** A world in which nothing happens but reading, and one in which there is writing too. */
const [untouched, shared] = [useWorld(cloud), useWorld(cloud)];

type Status = 200 | 201 | 400 | 403 | 404 | 409;

/** Somebody whom Ann has added to the group. */
async function added({ ann, conversationId }: World, caller: Caller): Promise<Caller> {
  await cloud.call(ann, `POST /conversations/${conversationId}/participants`, { body: { userId: caller.sub } });
  return caller;
}

/** Who calls, and for whom. */
const callers = {
  nowhere: () => ({ caller: { sub: randomUUID() } }),
  ownerNowhere: ({ ann: { sub } }) => ({ caller: { sub } }),
  ofNoUuid: () => ({ caller: someone('acme') }),
  owner: ({ ann }) => ({ caller: ann }),
  ownerForItself: ({ ann }) => ({ caller: ann, actingFor: ann }),
  member: ({ bob }) => ({ caller: bob }),
  memberForAnother: ({ bob, ann }) => ({ caller: bob, actingFor: ann }),
  stranger: ({ organization }) => ({ caller: someone(organization) }),
  removed: ({ removed }) => ({ caller: removed }),
  superAdmin: ({ sue }) => ({ caller: sue }),
  elsewhere: () => ({ caller: someone(randomUUID()) }),
  memberElsewhere: ({ bob: { sub } }) => ({ caller: someone(randomUUID(), sub) }),
  superAdminElsewhere: () => ({ caller: superAdmin(randomUUID()) }),
  superAdminAdded: async (world) => ({ caller: await added(world, superAdmin(randomUUID())) }),
  superAdminRemoved: async (world) => {
    const caller = await added(world, superAdmin(randomUUID()));
    await cloud.call(world.ann, `DELETE /conversations/${world.conversationId}/participants/${caller.sub}`);
    return { caller };
  },
  service: ({ service }) => ({ caller: service }),
  serviceForOwner: ({ service, ann }) => ({ caller: service, actingFor: ann }),
  serviceForRemoved: ({ service, removed }) => ({ caller: service, actingFor: removed }),
  serviceElsewhere: () => ({ caller: serviceElsewhere() }),
  serviceElsewhereForOwner: ({ ann }) => ({ caller: serviceElsewhere(), actingFor: ann }),
} satisfies Record<string, Casting>;
type Name = keyof typeof callers;

type Row = readonly [Status, Status, Status, Status, Status, Status];

const columns = [
  'list-conversations',
  'get-conversation',
  'create-conversation',
  'update-conversation',
  'send-message',
  'list-messages',
];

/** How each of them is answered about the group, in the order of the columns. */
const expected: Readonly<Record<Name, Row>> = {
  //                      list get create update send messages
  nowhere: [403, 403, 403, 403, 403, 403],
  ownerNowhere: [403, 403, 403, 403, 403, 403],
  ofNoUuid: [403, 403, 403, 403, 403, 403],
  owner: [200, 200, 201, 200, 201, 200],
  ownerForItself: [200, 200, 201, 200, 201, 200],
  member: [200, 200, 201, 200, 201, 200],
  memberForAnother: [403, 403, 403, 403, 403, 403],
  stranger: [200, 404, 201, 404, 404, 404],
  removed: [200, 404, 201, 404, 404, 404],
  superAdmin: [200, 404, 201, 404, 404, 404],
  elsewhere: [200, 404, 201, 404, 404, 404],
  memberElsewhere: [200, 404, 201, 404, 404, 404],
  superAdminElsewhere: [200, 404, 201, 404, 404, 404],
  superAdminAdded: [200, 200, 201, 200, 201, 200],
  superAdminRemoved: [200, 404, 201, 404, 404, 404],
  service: [400, 200, 201, 200, 400, 200],
  serviceForOwner: [200, 200, 201, 200, 201, 200],
  serviceForRemoved: [200, 404, 201, 404, 404, 404],
  serviceElsewhere: [400, 404, 201, 404, 400, 404],
  serviceElsewhereForOwner: [200, 404, 201, 404, 404, 404],
};

test('every route has its column', () => {
  expect(columns.toSorted()).toEqual(routes.map(({ operation }) => operation).toSorted());
});

const cases = Object.entries<Casting>(callers).map(([name, of]) => ({
  name: name as Name,
  of,
}));

test.each(cases)('every route answers $name as it should', ({ name, of }) =>
  expectAnswers(
    cloud,
    of,
    routes,
    ({ operation }) => expected[name][columns.indexOf(operation)],
    (answer) => {
      const { status } = answer;
      expect(told(answer)).toEqual(detail(status, status === 404 ? 'Conversation not found' : expect.any(String)));
    },
    shared(),
  ),
);

describe('a list', () => {
  const idsIn = (body: unknown): string[] =>
    z
      .array(Conversation)
      .parse(body)
      .map(({ id }) => id);

  /** What of the world each of those who have a list finds in it, with no organization asked for. */
  const inLists: Readonly<Partial<Record<Name, readonly ('group' | 'direct' | 'global')[]>>> = {
    owner: ['global', 'direct', 'group'],
    member: ['global', 'direct', 'group'],
    stranger: ['global'],
    removed: ['global'],
    superAdmin: ['global'],
    elsewhere: [],
    memberElsewhere: [],
    superAdminElsewhere: [],
    superAdminAdded: ['group'],
    superAdminRemoved: [],
    serviceForOwner: ['global', 'direct', 'group'],
    serviceForRemoved: ['global'],
    serviceElsewhereForOwner: [],
  };

  /** The same where the world's organization is asked for, with the status of those who may not. */
  const inListsOfTheOrganization: Readonly<Partial<Record<Name, readonly string[] | 403>>> = {
    ...inLists,
    elsewhere: 403,
    memberElsewhere: 403,
    serviceElsewhereForOwner: 403,
    ofNoUuid: 403,
    ownerNowhere: 403,
  };

  test.each(cases.filter(({ name }) => name in inListsOfTheOrganization))(
    'holds for $name what it takes part in, and nothing else',
    async ({ name, of }) => {
      const { world, caller, actingFor } = await scene(cloud, of, untouched());
      const ids = {
        group: world.conversationId,
        direct: world.direct.conversationId,
        global: world.global.conversationId,
      };
      const nameOf = (id: string) => Object.entries(ids).find(([, each]) => each === id)?.[0] ?? id;
      const query = actingFor ? `userId=${actingFor.sub}` : '';
      const inAll = await cloud.call(caller, `GET /api/v2/conversations?${query}`);
      const wanted = inLists[name];
      if (wanted) expect(idsIn(inAll.body).map(nameOf).toSorted()).toEqual(wanted.toSorted());
      else expect(inAll.status).toBe(403);

      for (const organization of [world.organization, world.organization.toUpperCase()]) {
        const list = `GET /api/v2/conversations?organization_id=${organization}&${query}` as const;
        const answer = await cloud.call(caller, list);
        const narrowed = inListsOfTheOrganization[name] ?? [];
        if (narrowed === 403) expect(told(answer)).toEqual(detail(403));
        else expect(idsIn(answer.body).map(nameOf).toSorted()).toEqual(narrowed.toSorted());
      }
    },
  );

  test('of a super admin holds what it takes part in of all organizations, or of the one it asks for', async () => {
    const world = await createWorld(cloud);
    const own = randomUUID();
    const admin = await added(world, superAdmin(own));
    const body = { subject: 'home', participant_user_ids: [] };
    const home = Conversation.parse((await cloud.call(admin, 'POST /api/v2/conversations', { body })).body);
    const list = async (query: string) => idsIn((await cloud.call(admin, `GET /api/v2/conversations${query}`)).body);
    expect(await list('')).toEqual([home.id, world.conversationId]);
    expect(await list('?limit=1&page=2')).toEqual([world.conversationId]);
    expect(await list('?entity_type=order')).toEqual([world.conversationId]);
    expect(await list(`?organization_id=${own}`)).toEqual([home.id]);
    expect(await list(`?organization_id=${world.organization}`)).toEqual([world.conversationId]);
    expect(await list(`?organization_id=${randomUUID()}`)).toEqual([]);
  });
});

test.each<{ name: Name; status: 201 | 403 }>([
  { name: 'owner', status: 201 },
  { name: 'stranger', status: 201 },
  { name: 'superAdmin', status: 201 },
  { name: 'service', status: 201 },
  { name: 'elsewhere', status: 403 },
  { name: 'memberElsewhere', status: 403 },
  { name: 'serviceElsewhere', status: 403 },
  { name: 'serviceElsewhereForOwner', status: 403 },
  { name: 'ownerNowhere', status: 403 },
  { name: 'superAdminElsewhere', status: 201 },
  { name: 'superAdminAdded', status: 201 },
])('a create in an organization that is named answers $name by $status', async ({ name, status }) => {
  const { world, caller, actingFor } = await scene(cloud, callers[name], shared());
  const acting = actingFor ? (`?userId=${actingFor.sub}` as const) : '';
  const body = { organization_id: world.organization, subject: 'named', participant_user_ids: [world.carol.sub] };
  const answer = await cloud.attempt(caller, `POST /api/v2/conversations${acting}`, { body });
  if (status === 403) {
    expect(told(answer)).toEqual(detail(403));
  } else {
    expect(answer.status).toBe(status);
    const { id, organization_id } = Conversation.parse(answer.body);
    expect(organization_id).toBe(world.organization);
    expect((await cloud.call(world.carol, `GET /conversations/${id}`)).status).toBe(200);
  }
});

test('what a super admin does in another organization it does as a participant, and in v2 alone', async () => {
  const world = await createWorld(cloud);
  const admin = await added(world, superAdmin(randomUUID()));
  const path = `/api/v2/conversations/${world.conversationId}` as const;
  const sent = await cloud.call(admin, `POST ${path}/messages`, { body: { body: 'from afar' } });
  expect(sent).toMatchObject({ status: 201, body: { sender_user_id: admin.sub } });
  const { status } = await cloud.call(admin, `PATCH ${path}`, { body: { status: 'archived' } });
  expect(status).toBe(200);
  expect((await cloud.call(world.bob, `GET /conversations/${world.conversationId}`)).body).toMatchObject({
    status: 'archived',
  });
  for (const there of [world.global, world.direct]) {
    const { conversationId } = there;
    for (const route of routes.filter(({ path }) => path.includes('{'))) {
      const answer = await drive(cloud, world, route, admin, { place: there });
      expect({ ...told(answer), conversationId }).toEqual({ ...detail(404, 'Conversation not found'), conversationId });
    }
  }
  for (const route of guardedIn('native').filter(({ path }) => /^\/(conversations|messages)\//.test(path))) {
    const answer = await drive(cloud, world, route, admin);
    expect({ operation: route.operation, status: answer.status }).toEqual({ operation: route.operation, status: 404 });
  }
});

/** How what nobody is added to is answered: it keeps the rule of who may change it. */
const kinds = {
  global: {
    //            get update send messages
    owner: [({ sue }) => ({ caller: sue }), [200, 200, 201, 200]],
    anotherSuperAdmin: [({ organization }) => ({ caller: superAdmin(organization) }), [200, 200, 201, 200]],
    author: [({ ann }) => ({ caller: ann }), [200, 403, 201, 200]],
    anybody: [({ organization }) => ({ caller: someone(organization) }), [200, 403, 201, 200]],
    service: [({ service }) => ({ caller: service }), [200, 200, 400, 200]],
    serviceForAuthor: [({ service, ann }) => ({ caller: service, actingFor: ann }), [200, 403, 201, 200]],
  },
  replies: {
    admin: [({ ann }) => ({ caller: ann }), [200, 200, 409, 200]],
    author: [({ bob }) => ({ caller: bob }), [200, 403, 409, 200]],
    stranger: [({ organization }) => ({ caller: someone(organization) }), [404, 404, 404, 404]],
    removed: [({ removed }) => ({ caller: removed }), [404, 404, 404, 404]],
    service: [({ service }) => ({ caller: service }), [200, 200, 400, 200]],
    serviceForAuthor: [({ service, bob }) => ({ caller: service, actingFor: bob }), [200, 403, 409, 200]],
  },
} satisfies Record<'global' | 'replies', Record<string, readonly [Casting, readonly [Status, Status, Status, Status]]>>;

const aboutOne = ['get-conversation', 'update-conversation', 'send-message', 'list-messages'];

describe.each(['global', 'replies'] as const)('what is %s', (kind) => {
  test.each(Object.entries<readonly [Casting, readonly Status[]]>(kinds[kind]))(
    'answers %s as it should',
    (_, [of, statuses]) =>
      expectAnswers(
        cloud,
        async (world) => ({ ...(await of(world)), place: world[kind] }),
        routes.filter(({ operation }) => aboutOne.includes(operation)),
        ({ operation }) => statuses[aboutOne.indexOf(operation)],
        (answer) => expect(told(answer)).toEqual(detail(answer.status, expect.any(String))),
        shared(),
      ),
  );
});
