import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { timestamp, uuid, writtenText } from '../values.ts';

export const Message = z.object({
  id: uuid(),
  conversation_id: uuid(),
  /** Null of a system message. */
  sender_user_id: z.nullable(uuid()),
  /** Empty once deleted. */
  body: z.string(),
  created_at: timestamp(),
  /** When its text was last changed, or it was deleted. */
  updated_at: timestamp(),
});

export const MessageCreate = z.object({ body: writtenText(limits.text) });
