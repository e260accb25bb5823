import { getConversation as native } from '../../core/dialects/native/get-conversation.ts';
import { liveDeps } from '../../core/operations/deps.ts';
import { getConversation } from '../../core/operations/get-conversation.ts';
import { httpFunction } from '../edge/http.ts';

const deps = liveDeps();

export const handler = httpFunction([native], (principal, input) => getConversation(deps, principal, input));
