import * as z from 'zod/mini';
import { byAge, newReaction, type Reaction } from '../domain/reaction.ts';

/** All reactions to a message, in its own item: when each was made, by user and emoji. */
export const Reactions = z.record(z.string(), z.number());

const USER_ID_LENGTH = 36;

/** The name under which a reaction is kept. */
export const reactionName = ({ userId, emoji }: Pick<Reaction, 'userId' | 'emoji'>): string => `${userId}#${emoji}`;

/** The reactions to a message, oldest first. */
export const reactionsFrom = (messageId: string, stored: z.infer<typeof Reactions>): Reaction[] =>
  Object.entries(stored)
    .map(([name, createdAt]) =>
      newReaction(messageId, name.slice(0, USER_ID_LENGTH), name.slice(USER_ID_LENGTH + 1), createdAt),
    )
    .sort(byAge);
