import { limits } from '../contract/limits.ts';
import { conflict } from '../domain/errors.ts';
import { changedAt } from '../domain/message.ts';
import { actingUser, type Principal } from '../domain/principal.ts';
import { newReaction, type Reaction } from '../domain/reaction.ts';
import { storeReaction } from '../store/change-message.ts';
import { retrying } from '../store/retrying.ts';
import type { Deps } from './deps.ts';
import { accessMessage, ifStored, type MessageInput } from './message-access.ts';

export interface ReactionInput extends MessageInput {
  readonly emoji: string;
}

export interface AddedReaction {
  readonly reaction: Reaction;
  /** False when the user had reacted so already. */
  readonly created: boolean;
}

/**
 * Adds a user's reaction to a message; where it is there already, answers that one.
 * @throws Failure `validation_failed`, `not_found`, `forbidden`, `conflict` (the message is deleted, or has as many
 *   reactions as it can have), `unavailable`
 */
export async function addReaction(
  { table, now }: Deps,
  principal: Principal,
  { messageId, actingUserId, emoji }: ReactionInput,
): Promise<AddedReaction> {
  const user = actingUser(principal, actingUserId, 'userId');
  return retrying(table, async (): Promise<AddedReaction | undefined> => {
    const { message, host } = await accessMessage(table, principal.organization, messageId, user);
    const reaction = newReaction(messageId, user, emoji, changedAt(message, now()));
    const existing = message.reactions.find(({ id }) => id === reaction.id);
    if (existing) return { reaction: existing, created: false };
    if (message.deletedAt !== null) throw conflict('The message is deleted');
    if (message.reactions.length >= limits.reactions) {
      throw conflict(`The message has ${limits.reactions} reactions, the most it can have`);
    }
    return ifStored(await storeReaction(table, reaction, host), { reaction, created: true });
  });
}
