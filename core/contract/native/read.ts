import * as z from 'zod/mini';
import { timestamp, uuid } from '../values.ts';

/** How far a user has read in a conversation. */
export const ConversationRead = z.object({
  id: uuid(),
  conversationId: uuid(),
  userId: uuid(),
  lastReadMessageId: z.nullable(uuid()),
  /** When the position last moved. */
  updatedAt: timestamp(),
});

export const MarkReadRequest = z.object({ userId: z.nullish(uuid()), lastReadMessageId: uuid() });
