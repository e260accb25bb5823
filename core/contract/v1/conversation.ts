import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { label, together, uuid } from '../values.ts';
import { integer, microseconds } from './values.ts';

export const Participant = z.object({
  uuid: uuid(),
  /** Null of one who is not known. */
  name: z.nullable(z.string()),
  email: z.nullable(z.string()),
  pivot: z.object({
    conversation_id: z.int().check(z.positive()),
    user_id: z.int().check(z.positive()),
    unread_count: z.int().check(z.minimum(0)),
    last_read_at: z.nullable(microseconds()),
    joined_at: microseconds(),
    created_at: microseconds(),
    updated_at: microseconds(),
  }),
});

export const Conversation = z.object({
  uuid: uuid(),
  taggable_type: z.nullable(z.string()),
  /** Null where the conversation is about something whose id is no integer. */
  taggable_id: z.nullable(z.int()),
  last_message_text: z.nullable(z.string()),
  last_message_at: z.nullable(microseconds()),
  is_archived: z.boolean(),
  created_at: microseconds(),
  updated_at: microseconds(),
  /** Active ones; past `limits.roster`, the caller alone; nobody where nobody is added. */
  participants: z.array(Participant),
});

/** A conversation where it is read, with what it is about. */
export const TaggedConversation = z.extend(Conversation, {
  taggable_info: z.nullable(
    z.object({
      type: z.string(),
      /** The id of what it is about, where that is no integer. */
      uuid: z.nullable(z.string()),
      title: z.nullable(z.string()),
    }),
  ),
});

export const CreateConversationRequest = z
  .object({
    participant_uuid: uuid(),
    taggable_type: z.nullish(label(limits.linkType)),
    taggable_id: z.nullish(integer()),
  })
  .check(
    together(
      'taggable_type',
      'taggable_id',
      (given) => `The :attribute field is required when ${given.replace('_', ' ')} is present.`,
    ),
  );
