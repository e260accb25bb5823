import { v5 } from 'uuid';
import type { UserId } from './principal.ts';

/** What a user keeps at hand of a conversation: one message. */
export interface Bookmark {
  readonly messageId: string;
  readonly userId: UserId;
  /** Unix milliseconds. */
  readonly createdAt: number;
}

/** The id of a bookmark: derived, as nobody has two of one message. */
export const bookmarkId = ({ messageId, userId }: Bookmark): string => v5(userId, messageId);
