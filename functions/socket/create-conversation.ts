import { createConversation as live } from '../../core/dialects/live/create-conversation.ts';
import { createConversation } from '../../core/operations/create-conversation.ts';
import { socketFunction } from '../edge/socket.ts';

export const handler = socketFunction(live, createConversation);
