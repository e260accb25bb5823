import { type Principal, principalIn } from '../domain/principal.ts';
import { organizationOf } from '../store/conversations.ts';
import type { Deps } from './deps.ts';

/**
 * The principal as which somebody acts in a conversation: a super admin, where it was added to one of another organization,
 * as a user of that. Takes a trip for super admins, and none for others.
 * @throws Failure `unavailable`
 */
export async function principalAt({ table }: Deps, principal: Principal, conversationId: string): Promise<Principal> {
  if (!principal.isSuperAdmin) return principal;
  return principalIn(principal, await organizationOf(table, conversationId, principal.subject));
}

/** An operation on one conversation that super admins also have where they take part in other organizations. */
export const acrossOrganizations =
  <World extends Deps, Input extends { readonly conversationId: string }, Output>(
    operation: (world: World, principal: Principal, input: Input) => Promise<Output>,
  ) =>
  async (world: World, principal: Principal, input: Input): Promise<Output> =>
    operation(world, await principalAt(world, principal, input.conversationId), input);
