import * as z from 'zod/mini';
import type { Bookmark } from '../domain/bookmark.ts';
import type { UserId } from '../domain/principal.ts';
import { bookmarkedIn, bookmarkKey } from './keys.ts';
import { queryPage } from './reading.ts';
import { retrying } from './retrying.ts';
import type { Item, Table } from './table.ts';
import { transact } from './writing.ts';

const BookmarkItem = z.object({ entity: z.literal('bookmark'), sk: z.string(), createdAt: z.number() });

function bookmarkFrom(item: Item, userId: UserId): Bookmark {
  const { sk, createdAt } = BookmarkItem.parse(item);
  return { messageId: bookmarkedIn(sk), userId, createdAt };
}

const bookmarkItem = (organization: string, { userId, messageId, createdAt }: Bookmark) =>
  ({ ...bookmarkKey(organization, userId, messageId), entity: 'bookmark', createdAt }) satisfies z.infer<
    typeof BookmarkItem
  > &
    Item;

/**
 * Stores a bookmark unless there is one of this message.
 * @returns the one that stands then, and whether it is new
 * @throws Failure `unavailable`
 */
export const insertBookmark = (
  table: Table,
  organization: string,
  bookmark: Bookmark,
): Promise<{ bookmark: Bookmark; created: boolean }> =>
  retrying(table, async () => {
    const put = { Item: bookmarkItem(organization, bookmark), ConditionExpression: 'attribute_not_exists(pk)' };
    const result = await transact(table, [{ Put: put }]);
    if (result.committed) return { bookmark, created: true };
    const [existing] = result.refused;
    if (typeof existing !== 'object') return undefined;
    return { bookmark: bookmarkFrom(existing, bookmark.userId), created: false };
  });

/**
 * Removes a bookmark.
 * @returns whether there was one
 * @throws Failure `unavailable`
 */
export const deleteBookmark = (
  table: Table,
  organization: string,
  userId: UserId,
  messageId: string,
): Promise<boolean> =>
  retrying(table, async () => {
    const Key = bookmarkKey(organization, userId, messageId);
    const result = await transact(table, [{ Delete: { Key, ConditionExpression: 'attribute_exists(pk)' } }]);
    if (result.committed) return true;
    return result.refused[0] === undefined ? undefined : false;
  });

/**
 * A user's bookmarks, newest message first, consistently.
 * @param past the message of the last one seen; those after it come
 * @returns at most `limit` of them, and whether there are more
 * @throws Failure `unavailable`
 */
export async function readBookmarks(
  table: Table,
  organization: string,
  userId: UserId,
  past: string | undefined,
  limit: number,
): Promise<{ bookmarks: Bookmark[]; more: boolean }> {
  const { pk, sk: prefix } = bookmarkKey(organization, userId, '');
  // One more than asked for tells whether there are more; they are too small to pass the megabyte of a query.
  const { items } = await queryPage(table, {
    KeyConditionExpression: 'pk = :user AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':user': pk, ':prefix': prefix },
    ScanIndexForward: false,
    ConsistentRead: true,
    ExclusiveStartKey: past === undefined ? undefined : bookmarkKey(organization, userId, past),
    Limit: limit + 1,
  });
  const bookmarks = items.slice(0, limit).map((item) => bookmarkFrom(item, userId));
  return { bookmarks, more: items.length > limit };
}
