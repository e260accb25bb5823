import { replyToMessage as live } from '../../core/dialects/live/reply-to-message.ts';
import { replyAndTell } from '../../core/realtime/reply-and-tell.ts';
import { socketFunction } from '../edge/socket.ts';

export const handler = socketFunction(live, replyAndTell);
