import * as z from 'zod/mini';
import { limits } from '../contract/limits.ts';
import { mayRead } from '../domain/access.ts';
import type { Bookmark } from '../domain/bookmark.ts';
import { type Message, seenBy } from '../domain/message.ts';
import { actingUser, type Principal, type UserId } from '../domain/principal.ts';
import { readBookmarks } from '../store/bookmarks.ts';
import { readMessagesInConversations } from '../store/messages.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Deps } from './deps.ts';

export interface ListBookmarksInput {
  readonly actingUserId: UserId | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
}

export interface BookmarkPage {
  readonly bookmarks: readonly { readonly bookmark: Bookmark; readonly message: Message }[];
  /** The cursor of the next page, if there is one. */
  readonly next: string | undefined;
}

/** Where a page ended: at the message of the last bookmark that was looked at, shown or not. */
const Position = z.object({ id: z.guid() });

/** So often a page looks further for bookmarks that may be shown; then it stays short, and the next one goes on. */
const MOST_ROUNDS = 5;

/**
 * A user's bookmarks of messages that it may still read, newest message first. Each appears on exactly one page.
 *
 * Bookmarks stay when their message goes, or their user leaves, so what may be shown is decided here.
 * @throws Failure `validation_failed`, `forbidden`, `unavailable`
 */
export async function listBookmarks(
  { table }: Deps,
  principal: Principal,
  { actingUserId, limit, cursor }: ListBookmarksInput,
): Promise<BookmarkPage> {
  const { organization } = principal;
  const user = actingUser(principal, actingUserId, 'userId');
  const list = ['bookmarks', organization, user];
  const shown: BookmarkPage['bookmarks'][number][] = [];
  let past = decodeCursor(list, cursor, Position)?.id;
  let more = true;

  for (let round = 0; more && shown.length < limit && round < MOST_ROUNDS; round += 1) {
    const page = await readBookmarks(table, organization, user, past, round === 0 ? limit : limits.pageMost);
    const ids = page.bookmarks.map(({ messageId }) => messageId);
    const found = await readMessagesInConversations(table, organization, ids, user);
    more = page.more;
    for (const [at, bookmark] of page.bookmarks.entries()) {
      if (shown.length === limit) {
        more = true;
        break;
      }
      past = bookmark.messageId;
      const { message, own } = found[at] ?? {};
      if (message && mayRead(user, own)) shown.push({ bookmark, message: seenBy(user, message) });
    }
  }
  return { bookmarks: shown, next: more && past !== undefined ? encodeCursor(list, { id: past }) : undefined };
}
