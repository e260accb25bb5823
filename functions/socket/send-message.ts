import { sendMessage as live } from '../../core/dialects/live/send-message.ts';
import { sendAndTell } from '../../core/realtime/send-and-tell.ts';
import { socketFunction } from '../edge/socket.ts';

export const handler = socketFunction(live, sendAndTell);
