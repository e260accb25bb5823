import { randomUUID } from 'node:crypto';
import { beforeAll, expect } from 'vitest';
import type { Route } from '../../core/contract/route.ts';
import { type Answer, type Caller, someone, type TestCloud } from './cloud.ts';
import { createWorld, type Driven, drive, type World } from './probe.ts';

/** A super admin of an organization. */
export const superAdmin = (organization: string, sub?: string): Caller => ({
  ...someone(organization, sub),
  roles: ['SUPER_ADMIN'],
});

/** The service of an organization of which nothing else is known. */
export const serviceElsewhere = (): Caller => ({ sub: 'backend', org_id: randomUUID(), roles: ['SERVICE'] });

/** A world for the tests of a file, made once. */
export function useWorld(cloud: TestCloud): () => World {
  let world: World | undefined;
  beforeAll(async () => {
    world = await createWorld(cloud);
  });
  return () => {
    if (!world) throw new Error('the world is not made yet; ask for it inside of tests');
    return world;
  };
}

/** Who calls, and for whom, in which world. */
export interface Scene extends Driven {
  readonly world: World;
  readonly caller: Caller;
}

type Cast = Omit<Scene, 'world'> & Partial<Pick<Scene, 'world'>>;

/** Who calls in a world that others may be in too; in another one, where it has to be changed for that. */
export type Casting = (world: World) => Cast | Promise<Cast>;

/**
 * Who calls, who was seen before: that makes a profile.
 * @param world a new one without it
 */
export async function scene(cloud: TestCloud, cast: Casting, world?: World): Promise<Scene> {
  const found = world ?? (await createWorld(cloud));
  const casting = await cast(found);
  await cloud.call(casting.caller, 'GET /users');
  return { world: found, ...casting };
}

/** What these take away a later route may need. */
const takesAway = ({ operation }: Route): boolean =>
  /^(remove-conversation|remove-participant|leave-conversation|delete-message)$/.test(operation);

/**
 * Calls every route, and expects the status that it should answer. Those that refuse come first, as they leave all as it was;
 * the others follow in their order.
 */
export async function expectAnswers(
  cloud: TestCloud,
  cast: Casting,
  routes: readonly Route[],
  statusOf: (route: Route) => number | undefined,
  expectRefusal: (answer: Answer) => void,
  world?: World,
): Promise<void> {
  let at = await scene(cloud, cast, world);
  const answerOf = async (route: Route) => {
    const answer = await drive(cloud, at.world, route, at.caller, at);
    const { operation } = route;
    expect({ operation, ...answer }).toMatchObject({ operation, status: statusOf(route) });
    return answer;
  };
  const isRefused = (route: Route) => (statusOf(route) ?? 0) >= 400;

  const before = await cloud.rows();
  for (const route of routes.filter(isRefused)) expectRefusal(await answerOf(route));
  expect(await cloud.rows()).toEqual(before);

  for (const route of routes.filter((route) => !isRefused(route))) {
    await answerOf(route);
    if (takesAway(route)) at = await scene(cloud, cast);
  }
}
