import * as z from 'zod/mini';
import type { Platform } from '../domain/platform.ts';
import { platformKey } from './keys.ts';
import { readItem } from './reading.ts';
import type { Table } from './table.ts';
import { updateItem } from './writing.ts';

/** The public key is the item's own. */
const PlatformItem = z.object({ entity: z.literal('platform'), name: z.string(), organization: z.string() });

/**
 * Reads a platform, whosever it is; consistently.
 * @throws Failure `unavailable`
 */
export async function readPlatform(table: Table, publicKey: string): Promise<Platform | undefined> {
  const item = await readItem(table, platformKey(publicKey));
  if (!item) return undefined;
  const { name, organization } = PlatformItem.parse(item);
  return { publicKey, name, organization };
}

/**
 * Makes a platform, or names it anew.
 * @returns false if the public key is another organization's
 * @throws Failure `unavailable`
 */
export async function putPlatform(table: Table, { publicKey, name, organization }: Platform): Promise<boolean> {
  const written = await updateItem(table, {
    Key: platformKey(publicKey),
    UpdateExpression: 'SET entity = :entity, #name = :name, organization = :organization',
    ConditionExpression: 'attribute_not_exists(pk) OR organization = :organization',
    ExpressionAttributeNames: { '#name': 'name' },
    ExpressionAttributeValues: { ':entity': 'platform', ':name': name, ':organization': organization },
  });
  return written !== undefined;
}
