import { markRead as live } from '../../core/dialects/live/mark-read.ts';
import { markRead } from '../../core/operations/mark-read.ts';
import { socketFunction } from '../edge/socket.ts';

export const handler = socketFunction(live, markRead);
