import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../core/contract/route.ts';
import { type Caller, someone, useCloud } from '../support/cloud.ts';
import { createWorld, drive, guardedIn, registerPlatform, type World } from '../support/probe.ts';
import { message, told } from '../support/refusals.ts';

const cloud = useCloud();
const { call, attempt } = cloud;
const routes = guardedIn('v1');

let world: World;
const other = randomUUID();
const theirs = randomUUID();
beforeAll(async () => {
  world = await createWorld(cloud);
  await registerPlatform(cloud, { sub: 'backend', org_id: other, roles: ['SERVICE'] }, theirs, 'theirs');
  // Being seen makes a profile.
  for (const caller of [world.ann, someone(other, world.ann.sub)]) await call(caller, 'GET /users');
});

const unauthenticated = message(401, 'Unauthenticated.');

/** The headers by which a call names its platform. */
const headersOf: Readonly<Record<string, () => Record<string, string>>> = {
  'is missing': () => ({}),
  'is empty': () => ({ 'x-public-key': '' }),
  'is nobody’s': () => ({ 'x-public-key': randomUUID() }),
  'is of another organization': () => ({ 'x-public-key': theirs }),
  'is the right one in other letters': () => ({ 'x-public-key': world.publicKey.toUpperCase() }),
  'is the right one with something after it': () => ({ 'x-public-key': `${world.publicKey}x` }),
  'is the right one and another': () => ({ 'x-public-key': `${world.publicKey}, ${theirs}` }),
  'is longer than any': () => ({ 'x-public-key': 'k'.repeat(4_000) }),
  'is a part of a key of the table': () => ({ 'x-public-key': `${world.publicKey}#` }),
  'stands in a header of another name': () => ({ 'public-key': world.publicKey }),
};

/** The path of a route about something that is well-formed. */
const pathOf = ({ path }: Route) => path.replace(/\{\w+\}/, randomUUID()) as `/${string}`;

describe.each(Object.keys(headersOf))('a public key that %s', (why) => {
  test.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'is refused by %s',
    async (_, route) => {
      const headers = headersOf[why]?.() ?? {};
      // Whoever may not speak the dialect is not told what a request should be, either.
      for (const body of [{}, '{bad', { participant_uuid: world.carol.sub }]) {
        const sent = { headers, ...(route.method === 'GET' ? {} : { body }) };
        const answer = await attempt(world.ann, `${route.method} ${pathOf(route)}`, sent);
        expect(told(answer)).toEqual(unauthenticated);
      }
      const malformed = await attempt(world.ann, `${route.method} ${pathOf(route)}?page=0&userId=me`, { headers });
      expect(told(malformed)).toEqual(unauthenticated);
    },
  );
});

test('a good key without a good token is refused, in the form of the dialect too', async () => {
  const authorization = `Bearer ${await cloud.cloud().token({ ...world.ann }, -10)}`;
  const key = { 'x-public-key': world.publicKey };
  const refused: Record<string, string>[] = [key, { ...key, authorization }];
  for (const headers of refused) {
    for (const route of routes) {
      const before = await cloud.items();
      const answer = await call(undefined, `${route.method} ${pathOf(route)}`, { headers });
      expect(answer).toMatchObject({ status: 401, body: { message: 'Unauthenticated.' } });
      expect(await cloud.items()).toBe(before);
    }
  }
});

test('a token of another organization than the key is refused, whoever it is of', async () => {
  const callers: Caller[] = [
    someone(other, world.ann.sub),
    { sub: world.ann.sub },
    { ...someone(other), roles: ['SUPER_ADMIN'] },
    { sub: 'backend', org_id: other, roles: ['SERVICE'] },
    { sub: 'backend', org_id: other, roles: ['SERVICE', 'SUPER_ADMIN'] },
  ];
  for (const caller of callers) {
    await call(caller, 'GET /users');
    for (const route of routes) {
      const before = await cloud.items();
      const actingFor = caller.roles?.includes('SERVICE') ? world.ann : undefined;
      const answer = await drive(cloud, world, route, caller, { actingFor });
      expect(told(answer)).toEqual(unauthenticated);
      expect(await cloud.items()).toBe(before);
    }
  }
});

test('a key is known from the moment its platform is, stays its organization’s, and may be written in any header case', async () => {
  const key = `Late-${randomUUID()}`;
  const list = (caller: Caller, header = 'X-PUBLIC-KEY') =>
    call(caller, 'GET /api/v1/chat/conversations', { headers: { [header]: key } });
  expect(told(await list(world.ann))).toEqual(unauthenticated);
  await registerPlatform(cloud, world.service, key, 'late');
  expect((await list(world.ann)).status).toBe(200);
  await registerPlatform(cloud, world.service, key, 'renamed');
  for (const header of ['x-public-key', 'X-Public-Key']) expect((await list(world.ann, header)).status).toBe(200);
  const taken = await registerPlatform(cloud, { sub: 'backend', org_id: other, roles: ['SERVICE'] }, key, 'taken');
  expect(taken.status).toBe(409);
  expect(told(await list(someone(other)))).toEqual(unauthenticated);
  expect((await list(world.ann)).status).toBe(200);
});

test('any platform of the organization shows the same, and is told apart by its messages alone', async () => {
  const second = randomUUID();
  await registerPlatform(cloud, world.service, second, 'second');
  const [messages] = routes.filter(({ operation }) => operation === 'list-messages');
  if (!messages) throw new Error('no route lists messages');
  const [first, again] = [
    await drive(cloud, world, messages, world.ann),
    await drive(cloud, world, messages, world.ann, { publicKey: second }),
  ];
  expect(first).toMatchObject({ status: 200, body: { data: [{ pbk: world.publicKey }] } });
  expect(again.body).toEqual(first.body);
});
