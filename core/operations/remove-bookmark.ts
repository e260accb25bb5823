import { notFound } from '../domain/errors.ts';
import { actingUser, type Principal } from '../domain/principal.ts';
import { eraseBookmark } from '../store/bookmarks.ts';
import type { Deps } from './deps.ts';
import type { MessageInput } from './get-message.ts';
import { accessMessage } from './message-access.ts';

/**
 * Removes a user's bookmark of a message.
 * @throws Failure `validation_failed`, `not_found` (the message, or the bookmark), `forbidden`, `unavailable`
 */
export async function removeBookmark(
  { table }: Deps,
  principal: Principal,
  { messageId, actingUserId }: MessageInput,
): Promise<void> {
  const { organization } = principal;
  const user = actingUser(principal, actingUserId, 'userId');
  await accessMessage(table, organization, messageId, user);
  if (!(await eraseBookmark(table, organization, user, messageId))) throw notFound('Bookmark');
}
