import * as z from 'zod/mini';
import { timestamp, uuid } from '../values.ts';

const role = () => z.enum(['member', 'admin'], 'must be "member" or "admin"');

export const Participant = z.object({
  id: uuid(),
  conversationId: uuid(),
  userId: uuid(),
  role: role(),
  joinedAt: timestamp(),
  leftAt: z.nullable(timestamp()),
});

export const AddParticipantRequest = z.object({
  userId: uuid(),
  /** `member` without it. */
  role: z.nullish(role()),
});

export const ChangeRoleRequest = z.object({ role: role() });
