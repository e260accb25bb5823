import { notFound } from '../domain/errors.ts';
import { actingUser, type Principal } from '../domain/principal.ts';
import type { Reaction } from '../domain/reaction.ts';
import { deleteReaction } from '../store/change-message.ts';
import { retrying } from '../store/retrying.ts';
import type { ReactionInput } from './add-reaction.ts';
import type { Deps } from './deps.ts';
import { accessMessage, ifStored } from './message-access.ts';

/**
 * Takes back a user's own reaction to a message, and answers what it was.
 * @throws Failure `validation_failed`, `not_found` (the message, or the reaction), `forbidden`, `unavailable`
 */
export async function removeReaction(
  { table }: Deps,
  principal: Principal,
  { messageId, actingUserId, emoji }: ReactionInput,
): Promise<Reaction> {
  const user = actingUser(principal, actingUserId, 'userId');
  return retrying(table, async () => {
    const { message, host } = await accessMessage(table, principal.organization, messageId, user);
    const reaction = message.reactions.find((one) => one.userId === user && one.emoji === emoji);
    if (!reaction) throw notFound('Reaction');
    return ifStored(await deleteReaction(table, reaction, host), reaction);
  });
}
