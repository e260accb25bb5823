import { typing as live } from '../../core/dialects/live/typing.ts';
import { tellTyping } from '../../core/realtime/tell-typing.ts';
import { socketFunction } from '../edge/socket.ts';

export const handler = socketFunction(live, tellTyping);
