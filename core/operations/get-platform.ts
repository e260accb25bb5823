import { notFound } from '../domain/errors.ts';
import type { Platform } from '../domain/platform.ts';
import { type Principal, requireService, type UserId } from '../domain/principal.ts';
import { readPlatform } from '../store/platforms.ts';
import type { Deps } from './deps.ts';

export interface GetPlatformInput {
  readonly publicKey: string;
  readonly actingUserId: UserId | undefined;
}

/**
 * A platform of the service's own organization.
 * @throws Failure `not_found`, `forbidden`, `unavailable`
 */
export async function getPlatform(
  { table }: Deps,
  principal: Principal,
  { publicKey, actingUserId }: GetPlatformInput,
): Promise<Platform> {
  requireService(principal, actingUserId);
  const platform = await readPlatform(table, publicKey);
  if (platform?.organization !== principal.organization) throw notFound('Platform');
  return platform;
}
