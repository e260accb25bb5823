import { getMessagesSince as live } from '../../core/dialects/live/get-messages-since.ts';
import { listMessages } from '../../core/operations/list-messages.ts';
import { socketFunction } from '../edge/socket.ts';

export const handler = socketFunction(live, listMessages);
