import { v5 } from 'uuid';
import type { UserId } from './principal.ts';

/** How far somebody has read: nothing is unread up to there. */
export interface ReadPosition {
  /** The last message read, and its ordinal. */
  readonly messageId: string;
  readonly ordinal: number;
  /** When the position last moved, in Unix milliseconds. */
  readonly at: number;
}

/**
 * How many messages of others somebody has not read: whoever sends has read up to there, and system messages have no
 * ordinal of their own.
 * @param lastOrdinal that of the conversation's last message
 */
export const unreadCount = (lastOrdinal: number, read: ReadPosition | null): number =>
  // Of what is read while the user sends or reads elsewhere, the position may be the newer.
  Math.max(0, lastOrdinal - (read?.ordinal ?? 0));

/** The id of how far a user has read in a conversation: derived from both. */
export const readId = (conversationId: string, userId: UserId): string => v5(`read ${userId}`, conversationId);
