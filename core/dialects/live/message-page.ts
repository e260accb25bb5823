import type { MessagePage } from '../../operations/list-messages.ts';
import { liveMessageBody } from './message.ts';
import { fitting } from './room.ts';

/** The ack of an action that reads messages: as many as fit. The last of them is where to go on. */
export function messagePageAck({ messages, next }: MessagePage) {
  const bodies = fitting(messages.map((message) => liveMessageBody(message)));
  return { messages: [...bodies], hasMore: next !== undefined || bodies.length < messages.length };
}
