import { getConversation as native } from '../../core/dialects/native/get-conversation.ts';
import { getConversation } from '../../core/operations/get-conversation.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], getConversation);
