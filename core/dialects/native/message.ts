import type * as z from 'zod/mini';
import type * as contract from '../../contract/native/message.ts';
import type { Message } from '../../domain/message.ts';
import { isoTime } from '../time.ts';
import { reactionBody } from './reaction.ts';

/** What an app has sent along beside the text, if there is any. */
function contentIn({ context }: Message): Pick<z.infer<typeof contract.Message>, 'content'> {
  if (!context) return {};
  const { type, attachments, metadata } = context;
  if (type === 'text' && attachments.length === 0 && Object.keys(metadata).length === 0) return {};
  return { content: { type, attachments: [...attachments], metadata: { ...metadata } } };
}

/** A message as the native dialect shows it to whoever may see it. */
export const messageBody = (message: Message): z.infer<typeof contract.Message> => ({
  id: message.id,
  conversationId: message.conversationId,
  senderUserId: message.senderId,
  type: message.systemEvent === null ? 'text' : 'system',
  text: message.text,
  replyToMessageId: message.replyToMessageId,
  systemEvent: message.systemEvent,
  createdAt: isoTime(message.createdAt),
  seq: message.seq,
  revision: message.revision,
  editedAt: message.editedAt === null ? null : isoTime(message.editedAt),
  deletedAt: message.deletedAt === null ? null : isoTime(message.deletedAt),
  reactions: message.reactions.map(reactionBody),
  ...(message.replyConversationId === null ? {} : { replyConversationId: message.replyConversationId }),
  ...contentIn(message),
  ...(message.clientMessageId === null ? {} : { clientMessageId: message.clientMessageId }),
});
