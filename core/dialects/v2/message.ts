import type * as z from 'zod/mini';
import type * as contract from '../../contract/v2/message.ts';
import { type Message, messageUpdatedAt } from '../../domain/message.ts';
import { bytesInAnswer } from '../../domain/page-size.ts';
import { isoTime } from '../time.ts';

/** A message as the dialect of organizations shows it. */
export const messageBody = (message: Message): z.infer<typeof contract.Message> => ({
  id: message.id,
  conversation_id: message.conversationId,
  sender_user_id: message.senderId,
  body: message.text ?? '',
  created_at: isoTime(message.createdAt),
  updated_at: isoTime(messageUpdatedAt(message)),
});

/** What a message weighs so, in bytes of an answer. */
export const bytesOf = (message: Message): number => bytesInAnswer(messageBody(message));
