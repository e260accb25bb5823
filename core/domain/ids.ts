import { v5, v7 } from 'uuid';

/**
 * The identities of conversations and messages.
 *
 * A conversation is keyed by its tail, the last 16 hex digits of its id. A message id is a UUIDv8 made of 48 bits of
 * Unix milliseconds, the low 12 bits of its seq, and its conversation's tail: so the id alone finds the item, and ids
 * sort as their messages do.
 */
const SEQ_BITS = 0xfff;

/** A new conversation id: a UUIDv7, so that ids sort by creation. `now` in Unix milliseconds. */
export const newConversationId = (now: number): string => v7({ msecs: now });

/** The namespace of the numbers that stand for ids. */
const NUMBERS = '7f0a4f1c-9f6e-4d53-8a0e-3c1a5d0b6e21';

/** A number that stands for an id where numbers are wanted: always the same, positive, and below 2^52. */
export const numberOf = (id: string): number =>
  Number.parseInt(v5(id, NUMBERS).replaceAll('-', '').slice(-13), 16) || 1;

/** The last 16 hex digits of a conversation's or a message's id. */
export const tailOf = (id: string): string => id.slice(19, 23) + id.slice(24);

/** The part of a message id that its time decides, as a prefix that bounds all ids of that time from below. */
export const timePrefix = (millis: number): string => {
  const hex = millis.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
};

/** The id of message `seq` of a conversation, created at `createdAt` (Unix milliseconds). */
export function messageId(tail: string, seq: number, createdAt: number): string {
  const low = (seq & SEQ_BITS).toString(16).padStart(3, '0');
  return `${timePrefix(createdAt)}-8${low}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}

/** When a message was created, in Unix milliseconds, read from its id. */
export const createdAtOf = (messageId: string): number =>
  Number.parseInt(messageId.slice(0, 8) + messageId.slice(9, 13), 16);

/**
 * When message `seq` counts as created: never before the message before it, whatever the writer's clock says, and
 * later than it where the id's 12 bits of seq start again, so that ids rise strictly.
 * @param now the writer's clock; `previous` the time of the message before, or of the conversation's creation; all in
 *   Unix milliseconds
 */
export const nextCreatedAt = (seq: number, now: number, previous: number): number =>
  Math.max(now, (seq & SEQ_BITS) === 0 ? previous + 1 : previous);
