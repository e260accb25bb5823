import { actingUser, type Principal, type UserId } from '../domain/principal.ts';
import { type DescribedMessage, describeMessage, readPeople } from '../operations/describe.ts';
import type { SendMessageInput } from '../operations/send-message.ts';
import { readPair } from '../store/participants.ts';
import type { RealtimeDeps } from './deps.ts';
import { sendAndTell } from './send-and-tell.ts';

/** A message to the other participant of a direct conversation. */
export interface SendToReceiverInput extends SendMessageInput {
  readonly receiverId: UserId;
}

/**
 * As `sendAndTell`, with whom the message is from and for, which is read before: once a message is stored nothing else may
 * fail. It was read by its receiver only if an earlier request has sent it.
 * @throws Failure as `sendAndTell`
 */
export async function sendToReceiver(
  deps: RealtimeDeps,
  principal: Principal,
  input: SendToReceiverInput,
): Promise<DescribedMessage> {
  const senderId = actingUser(principal, input.actingUserId, 'userId');
  const [pair, personOf] = await Promise.all([
    readPair(deps.table, input.conversationId),
    readPeople(deps.table, principal.organization, [senderId, input.receiverId]),
  ]);
  const { message } = await sendAndTell(deps, principal, input);
  return describeMessage({ pair }, message, personOf);
}
