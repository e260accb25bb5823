import { leaveConversation as live } from '../../core/dialects/live/leave-conversation.ts';
import { leaveOrRemoveConversation } from '../../core/operations/leave-or-remove-conversation.ts';
import { socketFunction } from '../edge/socket.ts';

export const handler = socketFunction(live, leaveOrRemoveConversation);
