import type * as z from 'zod/mini';
import type { Event } from '../../contract/live/event.ts';
import type { EventFrame } from '../../contract/live/frame.ts';
import { isoTime } from '../time.ts';
import { frameText } from './frame.ts';

/** What an event is about. */
export interface Happening<Data extends z.ZodMiniType> {
  readonly conversationId?: string | undefined;
  /** That of the message which the event is about. */
  readonly seq?: number | undefined;
  /** When it was written, in Unix milliseconds. */
  readonly at: number;
  readonly data: z.input<Data>;
}

/**
 * The frame that tells of an event, as text, its data held against the event's own schema.
 * @throws Error when we would break our contract, or it is too large for a frame
 */
export const eventFrame = <Data extends z.ZodMiniType>(
  event: Event<Data>,
  { conversationId, seq, at, data }: Happening<Data>,
): string =>
  frameText({
    type: 'event',
    event: event.name,
    conversationId,
    seq,
    at: isoTime(at),
    data: event.data.parse(data),
  } satisfies z.infer<typeof EventFrame>);
