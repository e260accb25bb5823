import { inviteToConversation as live } from '../../core/dialects/live/invite-to-conversation.ts';
import { inviteToConversation } from '../../core/operations/invite-to-conversation.ts';
import { socketFunction } from '../edge/socket.ts';

export const handler = socketFunction(live, inviteToConversation);
