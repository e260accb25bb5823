import type * as z from 'zod/mini';
import type { ConversationRead } from '../../contract/native/read.ts';
import { readId } from '../../domain/read-position.ts';
import type { Read } from '../../operations/mark-read.ts';
import { isoTime } from '../time.ts';

/** How far a user has read, as the native dialect shows it. */
export const readBody = ({ conversationId, userId, messageId, at }: Read): z.infer<typeof ConversationRead> => ({
  id: readId(conversationId, userId),
  conversationId,
  userId,
  lastReadMessageId: messageId,
  updatedAt: isoTime(at),
});
