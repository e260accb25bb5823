import { listConversations as live } from '../../core/dialects/live/list-conversations.ts';
import { listUnreadConversations } from '../../core/operations/list-unread-conversations.ts';
import { socketFunction } from '../edge/socket.ts';

export const handler = socketFunction(live, listUnreadConversations);
