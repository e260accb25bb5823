import { removeConversation as live } from '../../core/dialects/live/remove-conversation.ts';
import { removeConversation } from '../../core/operations/remove-conversation.ts';
import { socketFunction } from '../edge/socket.ts';

export const handler = socketFunction(live, removeConversation);
