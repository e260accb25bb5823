import { limits } from '../contract/limits.ts';
import { unauthenticated } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import { readPlatform } from '../store/platforms.ts';
import type { Deps } from './deps.ts';

/**
 * Whose platforms are known already, by their public keys. A key is its organization's for good, so what is known stays true;
 * what is not known may be made at any moment.
 */
const known = new Map<string, string>();

/** So many are remembered by one environment of a function. */
const MOST_KNOWN = 10_000;

/**
 * Lets those pass who name a platform of their own organization by its public key.
 * @param publicKey undefined where none is named
 * @throws Failure `unauthorized`, `unavailable`
 */
export async function admitPlatform(
  { table }: Deps,
  { organization }: Principal,
  publicKey: string | undefined,
): Promise<void> {
  if (!publicKey || publicKey.length > limits.publicKey) throw unauthenticated();
  const cacheKey = `${table.name} ${publicKey}`;
  const owner = known.get(cacheKey) ?? (await readPlatform(table, publicKey))?.organization;
  if (owner !== organization) throw unauthenticated();
  if (known.size < MOST_KNOWN) known.set(cacheKey, owner);
}
