import { leaveConversation as native } from '../../core/dialects/native/leave-conversation.ts';
import { leaveConversation } from '../../core/operations/leave-conversation.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], leaveConversation);
