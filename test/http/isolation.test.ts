import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../core/contract/route.ts';
import { type Caller, someone, useCloud } from '../support/cloud.ts';
import { createWorld, drive, guarded, registerPlatform, usedKey, type World } from '../support/probe.ts';

const cloud = useCloud();
const [other, ann] = [randomUUID(), randomUUID()];
/** The keys of platforms of the others. */
const ownKeys: Readonly<Record<string, string>> = { [other]: randomUUID(), default: randomUUID() };

let world: World;
/** What the one organization saw of itself before. */
let seen: unknown;
beforeAll(async () => {
  world = await createWorld(cloud);
  for (const [org_id, key] of Object.entries(ownKeys)) {
    await registerPlatform(cloud, { sub: 'backend', org_id, roles: ['SERVICE'] }, key, 'of others');
  }
  seen = await view();
});

const isOfServices = ({ path }: Route): boolean => path.startsWith('/platforms/');

/** Whether a route names a conversation, or a message in one; that of v1 which sends does in its body. */
const isAboutPlace = ({ path }: Route): boolean =>
  /\/(conversations|messages)\/\{/.test(path) || path === '/api/v1/chat/messages';

/** The conversations that a route may be about, of each kind; the group alone where it names none. */
const placesOf = (route: Route) => (isAboutPlace(route) ? [world, world.global, world.replies, world.direct] : [world]);

/** All that the one organization can see of itself. */
const view = () =>
  Promise.all(
    guarded
      .filter(({ method }) => method === 'GET')
      .flatMap((read) =>
        placesOf(read).map(async (place) => {
          const caller = isOfServices(read) ? world.service : world.ann;
          return (await drive(cloud, world, read, caller, { place })).body;
        }),
      ),
  );

/** How a route answers who names something of another organization; `own` where it is about what is the caller's own. */
function outcomeOf(route: Route, { roles = [], org_id }: Caller, publicKey: string | undefined): number | 'own' {
  switch (route.dialect) {
    case 'native':
      if (isOfServices(route) && !roles.includes('SERVICE')) return 403;
      if (!route.path.includes('{')) return 'own';
      // A key that is taken cannot be had; what of a profile others put is their own organization's.
      return { 'put-platform': 409, 'put-profile': 403 }[route.operation] ?? 404;
    case 'v2':
      if (org_id === undefined) return 403;
      return isAboutPlace(route) ? 404 : 'own';
    case 'v1':
      if (publicKey === world.publicKey) return 401;
      // It alone takes none but who is known.
      if (route.operation === 'create-conversation') return 422;
      return isAboutPlace(route) ? 404 : 'own';
  }
}

describe.each([
  ['a user of another organization', someone(other)],
  ['the same user in another organization', someone(other, ann)],
  ['the same user without an organization', { sub: ann }],
  ['a service of another organization', { sub: 'backend', org_id: other, roles: ['SERVICE'] }],
  ['a super admin of another organization', { ...someone(other), roles: ['SUPER_ADMIN'] }],
] satisfies [string, Caller][])('%s', (_, stranger) => {
  const theStranger = (): Caller => (stranger.sub === ann ? { ...stranger, sub: world.ann.sub } : stranger);
  const isService = stranger.roles?.includes('SERVICE') ?? false;

  test.each(guarded.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'gets nothing by %s',
    async (_, route) => {
      const foreigner = theStranger();
      const ownKey = ownKeys[foreigner.org_id ?? 'default'] ?? '';
      const keys = route.dialect === 'v1' ? [world.publicKey, ownKey] : [undefined];
      // Being seen makes a profile: of the foreigner, in its own organization.
      await cloud.call(foreigner, 'GET /users');
      for (const { publicKey, place } of keys.flatMap((key) =>
        placesOf(route).map((place) => ({ publicKey: key, place })),
      )) {
        const before = await cloud.rows();
        const answer = await drive(cloud, world, route, foreigner, {
          // A service must act for somebody, except at what is for services alone.
          actingFor: isService && !isOfServices(route) ? world.ann : undefined,
          key: usedKey(route.dialect),
          ...(publicKey === undefined ? {} : { publicKey }),
          place,
        });
        const shown = JSON.stringify([answer.body, [...answer.headers]]);
        for (const secret of world.secrets) expect(shown).not.toContain(secret);
        const outcome = outcomeOf(route, foreigner, publicKey);
        if (outcome === 'own') expect(answer.status).toBeLessThan(300);
        else {
          expect(answer.status).toBe(outcome);
          expect(await cloud.rows()).toEqual(before);
        }
      }
    },
  );

  test('gets nothing by asking v2 for the conversations of the organization', async () => {
    const foreigner = theStranger();
    const acting = isService ? `&userId=${world.ann.sub}` : '';
    for (const about of ['', '&entity_type=order']) {
      const list = `GET /api/v2/conversations?organization_id=${world.organization}${about}${acting}` as const;
      const { status, body } = await cloud.call(foreigner, list);
      if (foreigner.roles?.includes('SUPER_ADMIN')) expect({ status, body }).toEqual({ status: 200, body: [] });
      else expect({ status, body }).toEqual({ status: 403, body: { detail: expect.any(String) } });
    }
  });

  test('has changed nothing of what the organization sees of itself', async () => {
    expect(await view()).toEqual(seen);
  });
});
