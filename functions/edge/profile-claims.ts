import * as z from 'zod/mini';
import { limits } from '../../core/contract/limits.ts';
import { firstCodePoints } from '../../core/contract/text.ts';
import { emailAddress, webUrl, writtenText } from '../../core/contract/values.ts';
import type { ProfileClaims } from '../../core/domain/profile.ts';
import type { ClaimNames } from './identity.ts';

/** A name that is too long is cut; all else must be what a user might put there. */
const name = z.pipe(
  z.string(),
  z.pipe(
    z.transform((text: string) => firstCodePoints(text, limits.name)),
    writtenText(limits.name),
  ),
);
const email = emailAddress();
const picture = webUrl();
const issuedAt = z.number().check(z.minimum(0));

/** What a verified token tells of its user. Issuers write what they will: what is of no use counts as not told. */
export const profileClaimsFrom = (claims: Record<string, unknown>, names: ClaimNames): ProfileClaims => ({
  name: name.safeParse(claims[names.name]).data ?? null,
  email: email.safeParse(claims[names.email]).data ?? null,
  avatarUrl: picture.safeParse(claims[names.picture]).data ?? null,
  issuedAt: issuedAt.safeParse(claims['iat']).data ?? 0,
});
