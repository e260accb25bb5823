import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { isGiven, label, timestamp, together, uuid, writtenText } from '../values.ts';
import { Message } from './message.ts';

export const Participant = z.object({ user_id: uuid(), role: z.enum(['member', 'admin']), joined_at: timestamp() });

const status = () => z.enum(['active', 'archived']);

export const Conversation = z.object({
  id: uuid(),
  organization_id: z.string(),
  subject: z.nullable(z.string()),
  status: status(),
  entity_type: z.nullable(z.string()),
  /** Null where the conversation is about something whose id is no UUID. */
  entity_id: z.nullable(uuid()),
  /** Null where a service made it for everybody. */
  created_by_user_id: z.nullable(uuid()),
  /** Active ones; past `limits.roster`, the caller alone; nobody where nobody is added. */
  participants: z.array(Participant),
  /** The newest for which there is room, oldest first. */
  messages: z.array(Message),
  last_message_at: z.nullable(timestamp()),
  /** Whether there are older messages. */
  messages_truncated: z.boolean(),
  created_at: timestamp(),
  updated_at: timestamp(),
});

export const ConversationCreate = z
  .object({
    /** The caller's own without it. */
    organization_id: z.nullish(uuid()),
    subject: z.nullish(writtenText(limits.name)),
    entity_type: z.nullish(label(limits.linkType)),
    entity_id: z.nullish(uuid()),
    /** Beside the caller, who is added. */
    participant_user_ids: z.nullish(z.array(uuid()).check(z.maxLength(limits.participantsInCreate))),
  })
  .check(together('entity_type', 'entity_id', () => 'Value error, entity_type and entity_id come together'));

export const ConversationUpdate = z
  .object({
    /** Null takes the subject away. */
    subject: z.nullish(writtenText(limits.name)),
    status: z.nullish(status()),
  })
  .check(
    z.refine(
      ({ subject, status }) => subject !== undefined || isGiven(status),
      'Value error, subject or status is required',
    ),
  );
