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

/** The id of a user's part in a conversation: derived, so that who re-joins keeps it. */
export const participantId = (conversationId: string, userId: UserId): string => v5(userId, conversationId);
