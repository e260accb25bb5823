import type * as z from 'zod/mini';
import type * as contract from '../../contract/native/message.ts';
import type { Message } from '../../domain/message.ts';
import { isoTime } from './codec.ts';
import { reactionBody } from './reaction.ts';

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
  ...(message.clientMessageId === null ? {} : { clientMessageId: message.clientMessageId }),
});
