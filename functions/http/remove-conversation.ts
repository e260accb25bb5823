import { removeConversation as native } from '../../core/dialects/native/remove-conversation.ts';
import { removeConversation } from '../../core/operations/remove-conversation.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, removeConversation)]);
