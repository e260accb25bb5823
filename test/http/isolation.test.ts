import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../core/contract/route.ts';
import { type Caller, someone, useCloud } from '../support/cloud.ts';
import { createWorld, drive, guarded, usedKey, type World } from '../support/probe.ts';

const cloud = useCloud();
const [other, ann] = [randomUUID(), randomUUID()];

let world: World;
/** What the one organization saw of itself last. */
let seen: unknown;
beforeAll(async () => {
  world = await createWorld(cloud);
  seen = await view();
});

const isOfServices = ({ path }: Route): boolean => path.startsWith('/platforms/');

/** The conversations that a route may be about, of each kind; the group alone where it names none. */
const placesOf = ({ path }: Route) =>
  /^\/(conversations|messages)\/\{id\}/.test(path) ? [world, world.global, world.replies] : [world];

/** All that the one organization can see of itself. */
const view = () =>
  Promise.all(
    guarded
      .filter(({ method }) => method === 'GET')
      .flatMap((read) =>
        placesOf(read).map(async (place) => {
          const caller = isOfServices(read) ? world.service : world.ann;
          return (await drive(cloud, { ...world, ...place }, read, caller)).body;
        }),
      ),
  );

/** How a route answers who names something of another organization: it is not there, unless nothing was looked for. */
function refusalOf(route: Route, { roles = [] }: Caller): number {
  if (isOfServices(route) && !roles.includes('SERVICE')) return 403;
  // A key that is taken cannot be had; what of a profile others put is their own organization's.
  return { 'put-platform': 409, 'put-profile': 403 }[route.operation] ?? 404;
}

describe.each([
  ['a user of another organization', someone(other)],
  ['the same user in another organization', someone(other, ann)],
  ['the same user without an organization', { sub: ann }],
  ['a service of another organization', { sub: 'backend', org_id: other, roles: ['SERVICE'] }],
  ['a super admin of another organization', { ...someone(other), roles: ['SUPER_ADMIN'] }],
] satisfies [string, Caller][])('%s', (_, stranger) => {
  test.each(guarded.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'gets nothing by %s',
    async (_, route) => {
      const foreigner = stranger.sub === ann ? { ...stranger, sub: world.ann.sub } : stranger;
      const isService = foreigner.roles?.includes('SERVICE') ?? false;
      // Being seen makes a profile: of the foreigner, in its own organization.
      await cloud.call(foreigner, 'GET /users');
      const before = await cloud.items();
      for (const place of placesOf(route)) {
        const answer = await drive(cloud, { ...world, ...place }, route, foreigner, {
          // A service must act for somebody, except at what is for services alone.
          actingFor: isService && !isOfServices(route) ? world.ann : undefined,
          key: usedKey,
        });
        const shown = JSON.stringify([answer.body, [...answer.headers]]);
        for (const secret of world.secrets) expect(shown).not.toContain(secret);
        // What names something of another organization finds nothing; the rest is the caller's own.
        if (route.path.includes('{')) expect(answer.status).toBe(refusalOf(route, foreigner));
        else expect(answer.status).toBeLessThan(300);
        if (answer.status >= 400) expect(await cloud.items()).toBe(before);
      }
      const then = await view();
      expect(then).toEqual(seen);
      seen = then;
    },
  );
});
