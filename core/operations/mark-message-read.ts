import { forbidden } from '../domain/errors.ts';
import { actingUser, type Principal } from '../domain/principal.ts';
import type { Deps } from './deps.ts';
import { markRead } from './mark-read.ts';
import { accessMessage, type MessageInput } from './message-access.ts';

/**
 * Marks a message of a direct conversation as read, and with it all before it; only whom it is for may. Again is fine.
 * @throws Failure `validation_failed`, `not_found`, `forbidden`, `unavailable`
 */
export async function markMessageRead(
  deps: Deps,
  principal: Principal,
  { messageId, actingUserId }: MessageInput,
): Promise<void> {
  const user = actingUser(principal, actingUserId, 'userId');
  const { message, host } = await accessMessage(deps.table, principal.organization, messageId, user);
  const { conversationId, senderId } = message;
  const isReceiver = host.kind === 'direct' && host.id === conversationId && senderId !== null && senderId !== user;
  if (!isReceiver) throw forbidden('Only its receiver marks a message as read');
  await markRead(deps, principal, { conversationId, lastReadMessageId: messageId, actingUserId });
}
