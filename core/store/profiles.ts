import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { UserId } from '../domain/principal.ts';
import type { Profile, ProfileClaims, ProfileDetails } from '../domain/profile.ts';
import { directoryKey, profileKey } from './keys.ts';
import { indexedAs, queryPage, readItem, readItems } from './reading.ts';
import type { Item, Table } from './table.ts';
import { updateItem } from './writing.ts';

/** Whose profile it is the key tells. */
const ProfileItem = z.object({
  entity: z.literal('profile'),
  name: z.nullable(z.string()),
  email: z.nullable(z.string()),
  avatarUrl: z.nullable(z.string()),
  createdAt: z.number(),
  /** A digest of the claims that were taken over last, and when their token was issued, in Unix seconds. */
  claims: z.string(),
  claimsIssuedAt: z.number(),
});

function profileFrom(item: Item, id: UserId): Profile {
  const { name, email, avatarUrl, createdAt } = ProfileItem.parse(item);
  return { id, name, email, avatarUrl, createdAt };
}

/**
 * Reads a profile, consistently.
 * @throws Failure `unavailable`
 */
export async function readProfile(table: Table, organization: string, id: UserId): Promise<Profile | undefined> {
  const item = await readItem(table, profileKey(organization, id));
  return item && profileFrom(item, id);
}

/**
 * Reads many profiles, consistently, in one trip.
 * @returns in the order of the ids
 * @throws Failure `unavailable`
 */
export async function readProfiles(
  table: Table,
  organization: string,
  ids: readonly UserId[],
): Promise<(Profile | undefined)[]> {
  const keys = ids.map((id) => profileKey(organization, id));
  const items = await readItems(table, keys, { consistent: true });
  return items.map((item, at) => item && profileFrom(item, ids[at] ?? ''));
}

/**
 * A page of an organization's profiles in the order of their ids; in two trips. Whose are in the index may lag a moment,
 * what they say does not.
 * @param past the last id of the page before
 * @returns `last`, this page's last id, if there is another page
 * @throws Failure `unavailable`
 */
export async function readDirectory(
  table: Table,
  organization: string,
  past: UserId | undefined,
  limit: number,
): Promise<{ profiles: Profile[]; last: UserId | undefined }> {
  const { items } = await queryPage(table, {
    IndexName: 'gsi1',
    KeyConditionExpression: `gsi1pk = :directory${past === undefined ? '' : ' AND gsi1sk > :past'}`,
    ExpressionAttributeValues: { ':directory': directoryKey(organization, '').gsi1pk, ':past': past },
    // One more than asked for tells whether there are more.
    Limit: limit + 1,
  });
  const ids = items.slice(0, limit).map(indexedAs);
  const profiles = await readProfiles(table, organization, ids);
  return {
    profiles: profiles.filter((profile) => profile !== undefined),
    last: items.length > limit ? ids.at(-1) : undefined,
  };
}

const digest = ({ name, email, avatarUrl }: ProfileDetails): string =>
  createHash('sha256')
    .update(JSON.stringify([name, email, avatarUrl]))
    .digest('base64url');

/** What was taken over of a user of whom no token has told anything yet. One that does is newer. */
const nothingTold = { claims: digest({ name: null, email: null, avatarUrl: null }), issuedAt: -1 };

const claimsOf = (told: ProfileClaims) => {
  const claims = digest(told);
  return claims === nothingTold.claims ? nothingTold : { claims, issuedAt: told.issuedAt };
};

/** The write of a profile's details, which leaves its creation as it was. `now` in Unix milliseconds. */
function setDetails(
  organization: string,
  id: UserId,
  { name, email, avatarUrl }: ProfileDetails,
  claims: { claims: string; issuedAt: number },
  now: number,
) {
  const { gsi1pk, gsi1sk } = directoryKey(organization, id);
  return {
    Key: profileKey(organization, id),
    UpdateExpression:
      'SET entity = :entity, gsi1pk = :gsi1pk, gsi1sk = :gsi1sk, #name = :name, email = :email, ' +
      'avatarUrl = :avatarUrl, createdAt = if_not_exists(createdAt, :now)',
    ExpressionAttributeNames: { '#name': 'name' },
    ExpressionAttributeValues: {
      ':entity': 'profile',
      ':gsi1pk': gsi1pk,
      ':gsi1sk': gsi1sk,
      ':name': name,
      ':email': email,
      ':avatarUrl': avatarUrl,
      ':now': now,
      ':claims': claims.claims,
      ':issuedAt': claims.issuedAt,
    },
  };
}

/**
 * Replaces a profile, or makes it; the claims of tokens stay as they were last seen. `now` in Unix milliseconds.
 * @throws Failure `unavailable`
 */
export async function putProfile(
  table: Table,
  organization: string,
  id: UserId,
  details: ProfileDetails,
  now: number,
): Promise<Profile> {
  const update = setDetails(organization, id, details, nothingTold, now);
  const item = await updateItem(table, {
    ...update,
    UpdateExpression:
      `${update.UpdateExpression}, claims = if_not_exists(claims, :claims), ` +
      'claimsIssuedAt = if_not_exists(claimsIssuedAt, :issuedAt)',
  });
  if (!item) throw new Error('unable to put a profile; a write without a condition was refused');
  return profileFrom(item, id);
}

/**
 * Whether a token tells of its user what was not taken over yet: the user is new, or the claims are others than last
 * time and the token is not older than those were. One that tells nothing is no news of a user who is known. As of a moment
 * ago, for half a read unit.
 * @throws Failure `unavailable`
 */
export async function claimsChanged(
  table: Table,
  organization: string,
  id: UserId,
  told: ProfileClaims,
): Promise<boolean> {
  const item = await readItem(table, profileKey(organization, id), { consistent: false });
  if (!item) return true;
  const { claims, claimsIssuedAt } = ProfileItem.parse(item);
  const news = claimsOf(told);
  return news.claims !== claims && news.issuedAt >= claimsIssuedAt;
}

/**
 * Takes over what a token tells, if it is news still. `now` in Unix milliseconds.
 * @throws Failure `unavailable`
 */
export async function applyClaims(
  table: Table,
  organization: string,
  id: UserId,
  told: ProfileClaims,
  now: number,
): Promise<void> {
  const update = setDetails(organization, id, told, claimsOf(told), now);
  await updateItem(table, {
    ...update,
    UpdateExpression: `${update.UpdateExpression}, claims = :claims, claimsIssuedAt = :issuedAt`,
    ConditionExpression: 'attribute_not_exists(pk) OR (claims <> :claims AND claimsIssuedAt <= :issuedAt)',
  });
}
