import { type Message, seenBy } from '../domain/message.ts';
import { actingUserOrService, type Principal } from '../domain/principal.ts';
import type { Deps } from './deps.ts';
import { accessMessage, type MessageInput } from './message-access.ts';

/**
 * One message, as an active participant of its conversation or a service sees it.
 * @throws Failure `not_found`, `forbidden`, `unavailable`
 */
export async function getMessage(
  { table }: Deps,
  principal: Principal,
  { messageId, actingUserId }: MessageInput,
): Promise<Message> {
  const viewer = actingUserOrService(principal, actingUserId);
  const { message } = await accessMessage(table, principal.organization, messageId, viewer);
  return seenBy(viewer, message);
}
