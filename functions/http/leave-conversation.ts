import { leaveConversation as native } from '../../core/dialects/native/leave-conversation.ts';
import { leaveConversation } from '../../core/operations/leave-conversation.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, leaveConversation)]);
