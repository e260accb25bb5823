import { updateConversation as native } from '../../core/dialects/native/update-conversation.ts';
import { updateConversation } from '../../core/operations/update-conversation.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], updateConversation);
