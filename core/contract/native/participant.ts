import * as z from 'zod/mini';
import { timestamp, uuid } from '../values.ts';

export const Participant = z.object({
  id: uuid(),
  conversationId: uuid(),
  userId: uuid(),
  role: z.enum(['member', 'admin']),
  joinedAt: timestamp(),
  leftAt: z.nullable(timestamp()),
});
