import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { contentTypes, deviceTypes } from '../message-content.ts';
import { emoji, jsonWithin, uuid, writtenText } from '../values.ts';
import { microseconds } from './values.ts';

const Person = z.object({ uuid: uuid(), name: z.nullable(z.string()), avatar: z.nullable(z.string()) });

const contentType = () => z.enum(contentTypes);
const deviceType = () => z.enum(deviceTypes);
const part = () => z.nullable(z.string());

export const Message = z.object({
  /** Opaque, and both the same. */
  message_id: z.string(),
  id: z.string(),
  conversation_uuid: uuid(),
  /** Of a system message, whom it tells of. */
  sender: z.nullable(Person),
  /** Null where a conversation has not one other participant alone. */
  receiver: z.nullable(Person),
  /** The text is empty once the message is deleted. */
  context: z.object({ text: z.string(), type: contentType() }),
  attachments: z.array(z.unknown()),
  metadata: z.record(z.string(), z.unknown()),
  reactions: z.array(z.object({ user_uuid: uuid(), emoji: z.string(), created_at: microseconds() })),
  status: z.object({
    is_read: z.boolean(),
    read_at: z.nullable(microseconds()),
    delivered_at: microseconds(),
    is_deleted: z.boolean(),
  }),
  timestamps: z.object({ created_at: microseconds(), updated_at: microseconds() }),
  /** The public key of the platform that sent it; of what no platform sent, the caller's. */
  pbk: z.string(),
  device: z.object({
    type: z.nullable(deviceType()),
    os: part(),
    os_version: part(),
    app_version: part(),
    model: part(),
    browser: part(),
    browser_version: part(),
  }),
});

const told = () => z.nullish(writtenText(limits.device));

export const SendMessageRequest = z.object({
  conversation_uuid: uuid(),
  /** The other participant. */
  receiver_uuid: uuid(),
  context_text: writtenText(limits.text),
  context_type: contentType(),
  attachments: z.nullish(
    z.array(z.unknown()).check(z.maxLength(limits.attachments), ...jsonWithin(limits.attachmentsBytes)),
  ),
  metadata: z.nullish(z.record(z.string(), z.unknown()).check(...jsonWithin(limits.metadataBytes))),
  device: z.object({
    type: deviceType(),
    os: writtenText(limits.device),
    os_version: told(),
    app_version: told(),
    model: told(),
    browser: told(),
    browser_version: told(),
  }),
});

/** An emoji of a few characters, of which one that people see may be made. */
export const AddReactionRequest = z.object({ emoji: emoji(10) });
