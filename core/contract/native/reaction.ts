import * as z from 'zod/mini';
import { emoji, timestamp, uuid } from '../values.ts';

export const Reaction = z.object({
  id: uuid(),
  messageId: uuid(),
  userId: uuid(),
  emoji: z.string(),
  createdAt: timestamp(),
});

export const AddReactionRequest = z.object({ emoji: emoji() });
