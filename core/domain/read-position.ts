import { v5 } from 'uuid';
import type { Conversation } from './conversation.ts';
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
 * How many messages of others somebody has not read: whoever sends has read up to there, also where the position that was read
 * is older than the message; and system messages have no ordinal of their own.
 */
export const unreadCount = (
  { lastOrdinal, lastSenderId }: Pick<Conversation, 'lastOrdinal' | 'lastSenderId'>,
  userId: UserId,
  read: ReadPosition | null,
): number =>
  // Of what is read while the user sends or reads elsewhere, the position may be the newer.
  lastSenderId === userId ? 0 : Math.max(0, lastOrdinal - (read?.ordinal ?? 0));

/** The id of how far a user has read in a conversation: derived from both. */
export const readId = (conversationId: string, userId: UserId): string => v5(`read ${userId}`, conversationId);
