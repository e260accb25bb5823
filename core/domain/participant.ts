import { v5 } from 'uuid';
import type { UserId } from './principal.ts';

export type Role = 'member' | 'admin';

/** One user's part in a conversation. Times are Unix milliseconds. */
export interface Participant {
  readonly userId: UserId;
  readonly role: Role;
  readonly joinedAt: number;
  /** Null while active. */
  readonly leftAt: number | null;
}

/** How far somebody has read: nothing is unread up to there. */
export interface ReadPosition {
  /** The last message read; null before the first. */
  readonly messageId: string | null;
  /** Its ordinal; 0 before the first. */
  readonly ordinal: number;
  /** When the position last moved, in Unix milliseconds; null before it first did. */
  readonly at: number | null;
}

/** One user's part in a conversation, with what is the user's own business. */
export interface Membership extends Participant {
  readonly read: ReadPosition;
}

/** The id of a user's part in a conversation: derived, so that who re-joins keeps it. */
export const participantId = (conversationId: string, userId: UserId): string => v5(userId, conversationId);
