import { actingUserOrService, type Principal } from '../domain/principal.ts';
import type { Reaction } from '../domain/reaction.ts';
import type { Deps } from './deps.ts';
import { accessMessage, type MessageInput } from './message-access.ts';

/**
 * All reactions to a message, oldest first.
 * @throws Failure `not_found`, `forbidden`, `unavailable`
 */
export async function listReactions(
  { table }: Deps,
  principal: Principal,
  { messageId, actingUserId }: MessageInput,
): Promise<readonly Reaction[]> {
  const viewer = actingUserOrService(principal, actingUserId);
  return (await accessMessage(table, principal.organization, messageId, viewer)).message.reactions;
}
