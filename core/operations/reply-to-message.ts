import { notParticipant } from '../domain/access.ts';
import type { ConversationDetail } from '../domain/conversation.ts';
import { archived, conflict, notFound } from '../domain/errors.ts';
import type { Draft, Message } from '../domain/message.ts';
import { actingUser, type Principal, type UserId } from '../domain/principal.ts';
import { appendReply } from '../store/append-reply.ts';
import type { Deps } from './deps.ts';
import { idempotencyKey, keyReused } from './idempotency.ts';

export interface ReplyToMessageInput extends Pick<Draft, 'text' | 'clientMessageId'> {
  /** The conversation of the message that is replied to. */
  readonly conversationId: string;
  readonly messageId: string;
  /** The author that the request names, if it names one. */
  readonly actingUserId: UserId | undefined;
}

export interface Reply {
  readonly message: Message;
  /** The conversation of the replies to that message, of which nobody is a participant by name. */
  readonly conversation: ConversationDetail;
  /** Whether it was made by this reply, the first one. */
  readonly created: boolean;
}

/**
 * Replies to a message in the conversation that hangs on it, which the first reply makes: one a message, also when two
 * reply at once. Whoever may read the message may. The same request again under the same `clientMessageId` gets the first
 * answer again.
 * @throws Failure `validation_failed`, `not_found` (the conversation, or the message), `forbidden`, `conflict` (a reply or
 *   a system message takes no replies; either conversation is archived; or the key stands for another request),
 *   `unavailable`
 */
export async function replyToMessage(
  { table, now }: Deps,
  principal: Principal,
  input: ReplyToMessageInput,
): Promise<Reply> {
  const { conversationId, messageId, text, clientMessageId } = input;
  const { organization } = principal;
  const senderId = actingUser(principal, input.actingUserId, 'userId');
  const draft = { senderId, text, replyToMessageId: null, clientMessageId };
  const operation = `reply-to-message#${messageId}`;
  const key = idempotencyKey(principal, operation, senderId, clientMessageId ?? undefined, [conversationId, text]);

  const replied = await appendReply(table, { organization, conversationId, messageId }, draft, key, now);
  switch (replied.outcome) {
    case 'stored':
    case 'replayed': {
      const { message, conversation, created } = replied;
      return { message, conversation: { ...conversation, participants: [] }, created };
    }
    case 'noConversation':
      throw notFound('Conversation');
    case 'noParticipant':
      throw notParticipant();
    case 'noMessage':
      throw notFound('Message');
    case 'reply':
      throw conflict('There are no replies to a reply');
    case 'systemMessage':
      throw conflict('There are no replies to a system message');
    case 'archived':
      throw archived();
    case 'keyReused':
      throw keyReused();
  }
}
