import * as z from 'zod/mini';
import { errorStatus } from '../errors.ts';
import { timestamp, uuid } from '../values.ts';

/** What names an action in its answer; the client's to choose. */
export const frameId = () =>
  z
    .string('must be a string')
    .check(z.minLength(1, 'must not be empty'), z.maxLength(128, 'must have at most 128 characters'));

/** A frame of a client. What `data` must be, its action says. */
export const ActionFrame = z.object({
  action: z.string('must be a string'),
  id: frameId(),
  data: z.optional(z.unknown()),
});

/** The answer to an action that succeeded. */
export const AckFrame = z.object({ type: z.literal('ack'), id: frameId(), data: z.unknown() });

/** The answer to an action that failed; `id` is null where the frame had none. */
export const ErrorFrame = z.object({
  type: z.literal('error'),
  id: z.nullable(frameId()),
  error: z.object({
    code: z.enum(Object.keys(errorStatus) as [keyof typeof errorStatus]),
    message: z.string(),
    /** Whether the same frame may succeed when it is sent again. */
    temporary: z.boolean(),
    details: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
  }),
});

/** What a socket hears without having asked. What `data` is, its event says. */
export const EventFrame = z.object({
  type: z.literal('event'),
  event: z.string(),
  conversationId: z.optional(uuid()),
  /** That of the message which the event is about. */
  seq: z.optional(z.int().check(z.minimum(1))),
  /** When the event was written. */
  at: timestamp(),
  data: z.unknown(),
});
