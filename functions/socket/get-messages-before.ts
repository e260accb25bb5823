import { getMessagesBefore as live } from '../../core/dialects/live/get-messages-before.ts';
import { listMessages } from '../../core/operations/list-messages.ts';
import { socketFunction } from '../edge/socket.ts';

export const handler = socketFunction(live, listMessages);
