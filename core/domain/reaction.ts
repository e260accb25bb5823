import { v5 } from 'uuid';
import type { UserId } from './principal.ts';

/** One user's emoji on a message. */
export interface Reaction {
  readonly id: string;
  readonly messageId: string;
  readonly userId: UserId;
  readonly emoji: string;
  /** Unix milliseconds. */
  readonly createdAt: number;
}

/** A user's reaction to a message. Its id is derived, so that nothing stores it. */
export const newReaction = (messageId: string, userId: UserId, emoji: string, createdAt: number): Reaction => ({
  id: v5(`${userId}#${emoji}`, messageId),
  messageId,
  userId,
  emoji,
  createdAt,
});

/** The order in which reactions are shown: oldest first; of the same moment, the same wherever they are shown. */
export const byAge = (a: Reaction, b: Reaction): number =>
  a.createdAt - b.createdAt || compare(a.userId, b.userId) || compare(a.emoji, b.emoji);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
