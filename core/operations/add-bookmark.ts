import type { Bookmark } from '../domain/bookmark.ts';
import { actingUser, type Principal } from '../domain/principal.ts';
import { insertBookmark } from '../store/bookmarks.ts';
import type { Deps } from './deps.ts';
import { accessMessage, type MessageInput } from './message-access.ts';

export interface AddedBookmark {
  readonly bookmark: Bookmark;
  /** False when the user had bookmarked the message already. */
  readonly created: boolean;
}

/**
 * Bookmarks a message for a user; where it is bookmarked already, answers that bookmark.
 * @throws Failure `validation_failed`, `not_found`, `forbidden`, `unavailable`
 */
export async function addBookmark(
  { table, now }: Deps,
  principal: Principal,
  { messageId, actingUserId }: MessageInput,
): Promise<AddedBookmark> {
  const { organization } = principal;
  const userId = actingUser(principal, actingUserId, 'userId');
  await accessMessage(table, organization, messageId, userId);
  return insertBookmark(table, organization, { messageId, userId, createdAt: now() });
}
