import { conflict } from '../domain/errors.ts';
import type { Platform } from '../domain/platform.ts';
import { type Principal, requireService, type UserId } from '../domain/principal.ts';
import * as store from '../store/platforms.ts';
import type { Deps } from './deps.ts';

export interface PutPlatformInput {
  readonly publicKey: string;
  readonly name: string;
  readonly actingUserId: UserId | undefined;
}

/**
 * Makes a platform of the service's organization, or names it anew. Of two organizations, whichever is first has the key.
 * @throws Failure `conflict`, `forbidden`, `unavailable`
 */
export async function putPlatform(
  { table }: Deps,
  principal: Principal,
  { publicKey, name, actingUserId }: PutPlatformInput,
): Promise<Platform> {
  requireService(principal, actingUserId);
  const platform = { publicKey, name, organization: principal.organization };
  if (!(await store.putPlatform(table, platform))) throw conflict('The public key is taken');
  return platform;
}
