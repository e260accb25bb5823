import * as z from 'zod/mini';
import { timestamp, uuid } from '../values.ts';

export const Bookmark = z.object({
  id: uuid(),
  messageId: uuid(),
  userId: uuid(),
  createdAt: timestamp(),
});

export const Bookmarked = z.object({ status: z.literal('bookmarked'), bookmark: Bookmark });

export const Unbookmarked = z.object({ status: z.literal('unbookmarked') });

/** A bookmark with the message that it marks. */
export const BookmarkedMessage = z.object({
  messageId: uuid(),
  conversationId: uuid(),
  /** Null once the message is deleted. */
  text: z.nullable(z.string()),
  createdAt: timestamp(),
  messageCreatedAt: timestamp(),
});
