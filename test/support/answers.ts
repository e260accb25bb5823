import { expect } from 'vitest';
import type { Route } from '../../core/contract/route.ts';
import type { Answer, Caller, TestCloud } from './cloud.ts';
import { createWorld, type Driven, drive, type World } from './probe.ts';

/** Who calls, and for whom, in a world of their own. */
export interface Scene extends Driven {
  readonly world: World;
  readonly caller: Caller;
}

/** Who calls in a world. */
export type Casting = (world: World) => Omit<Scene, 'world'> | Promise<Omit<Scene, 'world'>>;

/** A world, and who calls in it, who was seen before: that makes a profile. */
export async function scene(cloud: TestCloud, cast: Casting): Promise<Scene> {
  const world = await createWorld(cloud);
  const casting = await cast(world);
  await cloud.call(casting.caller, 'GET /users');
  return { world, ...casting };
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
): Promise<void> {
  let at = await scene(cloud, cast);
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
