import type { Principal } from '../domain/principal.ts';
import type { Introduction } from '../domain/profile.ts';
import { isNews, takeOver } from '../store/profiles.ts';
import type { Deps } from './deps.ts';

/**
 * Keeps what a token tells of its user: the first time the user is seen, and when the claims are others than last time. A
 * profile that was put in between stands; an older token changes nothing. A service has no profile.
 * @throws Failure `unavailable`
 */
export async function seeUser(
  { table, now }: Deps,
  { organization, subject, isService }: Principal,
  introduction: Introduction,
): Promise<void> {
  if (isService) return;
  const seenAt = now();
  // A token from the future would keep out all that come before then.
  const told = { ...introduction, issuedAt: Math.min(introduction.issuedAt, Math.floor(seenAt / 1000)) };
  if (await isNews(table, organization, subject, told)) await takeOver(table, organization, subject, told, seenAt);
}
