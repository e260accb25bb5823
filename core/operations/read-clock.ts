import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import type { Deps } from './deps.ts';

/**
 * The server's clock, in Unix milliseconds.
 * @throws Failure `forbidden`
 */
export async function readClock(
  { now }: Deps,
  principal: Principal,
  { actingUserId }: { readonly actingUserId: UserId | undefined },
): Promise<number> {
  actingUserOrService(principal, actingUserId);
  return now();
}
