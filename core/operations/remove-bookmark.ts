import { notFound } from '../domain/errors.ts';
import { actingUser, type Principal } from '../domain/principal.ts';
import { deleteBookmark } from '../store/bookmarks.ts';
import type { Deps } from './deps.ts';
import { accessMessage, type MessageInput } from './message-access.ts';

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
  if (!(await deleteBookmark(table, organization, user, messageId))) throw notFound('Bookmark');
}
