import type * as z from 'zod/mini';
import type { LiveMessage } from '../../contract/live/values.ts';
import type { Message } from '../../domain/message.ts';
import { bytesInFrame } from '../../domain/page-size.ts';
import { messageBody } from '../native/message.ts';
import { fitting, frameRoom } from './room.ts';

/**
 * A message as a frame shows it to whoever may see it: with the oldest of its reactions, where not all would fit.
 * @param room what there is for it, in bytes
 */
export function liveMessageBody(message: Message, room: number = frameRoom): z.infer<typeof LiveMessage> {
  const body = messageBody(message);
  if (bytesInFrame(body) <= room) return body;
  const cut = { ...body, reactions: [], reactionsTruncated: true as const };
  return { ...cut, reactions: [...fitting(body.reactions, room - bytesInFrame(cut))] };
}
