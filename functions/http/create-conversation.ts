import { createConversation as native } from '../../core/dialects/native/create-conversation.ts';
import { createConversation } from '../../core/operations/create-conversation.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], createConversation);
