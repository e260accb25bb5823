import { isForMany } from '../domain/conversation.ts';
import type { Principal } from '../domain/principal.ts';
import { type SendMessageInput, type SentMessage, sendMessage } from '../operations/send-message.ts';
import { smallAudience } from './audience.ts';
import { deliverInline } from './deliver-inline.ts';
import type { RealtimeDeps } from './deps.ts';
import { tellingNew } from './telling.ts';

/**
 * Sends a message as `sendMessage` does, and delivers it to the sockets of all participants, those of its sender included;
 * a message that was sent before is delivered again. For more participants than its sender should wait for it was left to
 * the stream's consumer when it was stored.
 * @throws Failure as `sendMessage`; `unavailable` also when the message is stored, but nobody would deliver it
 */
export async function sendAndTell(
  deps: RealtimeDeps,
  principal: Principal,
  input: SendMessageInput,
): Promise<SentMessage> {
  const sent = await sendMessage(deps, principal, input);
  const { message, conversation, isNew } = sent;
  if (isNew && isForMany(conversation)) return sent;
  const readAudience = () => smallAudience(deps.table, { conversation });
  await deliverInline(deps, conversation.organization, message, readAudience, tellingNew(message));
  return sent;
}
