import { actingUser, type Principal, type UserId } from '../domain/principal.ts';
import { type DescribedMessage, describeMessage, type Person, type PersonOf } from '../operations/describe.ts';
import type { SendMessageInput } from '../operations/send-message.ts';
import { readPair } from '../store/participants.ts';
import { readProfiles } from '../store/profiles.ts';
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
  const ids = [senderId, input.receiverId];
  const [pair, profiles] = await Promise.all([
    readPair(deps.table, input.conversationId),
    readProfiles(deps.table, principal.organization, ids),
  ]);
  const { message } = await sendAndTell(deps, principal, input);
  const personOf: PersonOf = (id): Person => ({ id, profile: profiles[ids.indexOf(id)] });
  return describeMessage({ pair }, message, personOf);
}
