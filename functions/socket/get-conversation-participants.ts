import { getConversationParticipants as live } from '../../core/dialects/live/get-conversation-participants.ts';
import { listPresentParticipants } from '../../core/operations/list-present-participants.ts';
import { socketFunction } from '../edge/socket.ts';

export const handler = socketFunction(live, listPresentParticipants);
