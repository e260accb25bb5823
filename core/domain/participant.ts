import { v5 } from 'uuid';
import type { Conversation } from './conversation.ts';
import type { UserId } from './principal.ts';
import type { ReadPosition } from './read-position.ts';

export type Role = 'member' | 'admin';

/** One user's part in a conversation. Times are Unix milliseconds. */
export interface Participant {
  readonly userId: UserId;
  readonly role: Role;
  readonly joinedAt: number;
  /** Null while active. */
  readonly leftAt: number | null;
}

/** One user's part in a conversation, with what is the user's own business. */
export interface Membership extends Participant {
  /** Null before the first message read. */
  readonly read: ReadPosition | null;
}

/** The part that everybody has in a global conversation: from its beginning, as its admin if it is the owner. */
export const partInGlobal = (
  { ownerId, createdAt }: Conversation,
  userId: UserId,
  read: ReadPosition | null,
): Membership => ({ userId, role: userId === ownerId ? 'admin' : 'member', joinedAt: createdAt, leftAt: null, read });

/** The id of a user's part in a conversation: derived, so that who re-joins keeps it. */
export const participantId = (conversationId: string, userId: UserId): string => v5(userId, conversationId);
