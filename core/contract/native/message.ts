import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { contentTypes } from '../message-content.ts';
import { idempotencyKey, timestamp, uuid, writtenText } from '../values.ts';
import { Reaction } from './reaction.ts';

export const Message = z.object({
  id: uuid(),
  conversationId: uuid(),
  senderUserId: z.nullable(uuid()),
  type: z.enum(['text', 'system']),
  text: z.nullable(z.string()),
  replyToMessageId: z.nullable(uuid()),
  /** The conversation of replies that hangs on the message, once there is one. */
  replyConversationId: z.optional(uuid()),
  systemEvent: z.nullable(z.enum(['join', 'leave'])),
  createdAt: timestamp(),
  /** 1, 2, 3 … within the conversation, without gap or repetition. */
  seq: z.int().check(z.minimum(1)),
  /** Rises with each edit, deletion or reaction; of two copies the higher one is newer. */
  revision: z.int().check(z.minimum(1)),
  editedAt: z.nullable(timestamp()),
  deletedAt: z.nullable(timestamp()),
  reactions: z.array(Reaction),
  /** What an app has sent along, if there is any. */
  content: z.optional(
    z.object({
      type: z.enum(contentTypes),
      attachments: z.array(z.unknown()),
      metadata: z.record(z.string(), z.unknown()),
    }),
  ),
  /** The key its sender gave; shown to that sender alone. */
  clientMessageId: z.optional(z.string()),
});

export const EditMessageRequest = z.object({ text: writtenText(limits.text) });

export const SendMessageRequest = z.object({
  senderUserId: z.nullish(uuid()),
  text: writtenText(limits.text),
  replyToMessageId: z.nullish(uuid()),
  clientMessageId: z.nullish(idempotencyKey()),
});
