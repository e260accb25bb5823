import type { Principal } from '../domain/principal.ts';
import { type Reply, type ReplyToMessageInput, replyToMessage } from '../operations/reply-to-message.ts';
import { smallAudience } from './audience.ts';
import { deliverInline } from './deliver-inline.ts';
import type { RealtimeDeps } from './deps.ts';
import { tellingReply } from './telling.ts';

/**
 * Replies to a message as `replyToMessage` does, and delivers the reply to the sockets of all who may read what it replies
 * to; with the first one, its conversation. A reply that was sent before is delivered again.
 * @throws Failure as `replyToMessage`; `unavailable` also when the reply is stored, but nobody would deliver it
 */
export async function replyAndTell(
  deps: RealtimeDeps,
  principal: Principal,
  input: ReplyToMessageInput,
): Promise<Reply> {
  const reply = await replyToMessage(deps, principal, input);
  const { message, conversation } = reply;
  const readAudience = () => smallAudience(deps.table, { conversation });
  await deliverInline(deps, conversation.organization, message, readAudience, tellingReply(message, conversation));
  return reply;
}
