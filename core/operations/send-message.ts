import { notParticipant } from '../domain/access.ts';
import type { Conversation } from '../domain/conversation.ts';
import { archived, conflict, type Failure, invalid, notFound } from '../domain/errors.ts';
import type { Draft, Message } from '../domain/message.ts';
import { actingUser, type Principal, type UserId } from '../domain/principal.ts';
import { appendMessage } from '../store/append-message.ts';
import type { Deps } from './deps.ts';
import { idempotencyKey, keyReused } from './idempotency.ts';

export interface SendMessageInput extends Omit<Draft, 'senderId'> {
  readonly conversationId: string;
  /** The author that the request names, if it names one. */
  readonly actingUserId: UserId | undefined;
  readonly idempotencyKey: string | undefined;
}

/** A message that was sent, now or by an earlier request under the same key. */
export interface SentMessage {
  readonly message: Message;
  /** Its conversation as it was when the message was stored, or is found again. */
  readonly conversation: Conversation;
  /** Whether this request has stored it. */
  readonly isNew: boolean;
}

const notDirect = (): Failure => conflict('The conversation is not direct', 'not_direct');

/**
 * Sends a message: stored once, as the next one of its conversation, by an active participant. The same request again
 * under the same idempotency key or `clientMessageId` gets the first message again.
 * @throws Failure `validation_failed`, `not_found` (the conversation, or the receiver in it), `forbidden`, `conflict`
 *   (archived, a reply, not direct though it names a receiver, or the key stands for another request), `unavailable`
 */
export async function sendMessage(
  { table, now }: Deps,
  principal: Principal,
  input: SendMessageInput,
): Promise<SentMessage> {
  const { conversationId, text, replyToMessageId, clientMessageId, context, receiverId } = input;
  const senderId = actingUser(principal, input.actingUserId, 'senderUserId');

  const draft = { senderId, text, replyToMessageId, clientMessageId, context, receiverId };
  const content = [conversationId, text, replyToMessageId, clientMessageId, ...(context ? [context, receiverId] : [])];
  const operation = 'send-message';
  const keys = [
    idempotencyKey(principal, operation, senderId, input.idempotencyKey, content),
    idempotencyKey(principal, `${operation}#${conversationId}`, senderId, clientMessageId ?? undefined, content),
  ].filter((key) => key !== undefined);

  const target = { organization: principal.organization, conversationId };
  const appended = await appendMessage(table, target, draft, keys, now);
  switch (appended.outcome) {
    case 'stored':
    case 'replayed':
      return {
        message: appended.message,
        conversation: appended.conversation,
        isNew: appended.outcome === 'stored',
      };
    case 'noConversation':
      throw notFound('Conversation');
    case 'noParticipant':
      throw notParticipant();
    case 'noParent':
      throw invalid({ path: 'replyToMessageId', message: 'must be a message of this conversation' });
    case 'notDirect':
      throw notDirect();
    case 'noReceiver':
      throw notFound('Receiver');
    case 'reply':
      if (receiverId !== undefined) throw notDirect();
      throw conflict('A reply conversation takes replies to its message alone');
    case 'archived':
      throw archived();
    case 'keyReused':
      throw keyReused();
  }
}
