import { listConversations as native } from '../../core/dialects/native/list-conversations.ts';
import { listConversations } from '../../core/operations/list-conversations.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], listConversations);
