import { createConversation as native } from '../../core/dialects/native/create-conversation.ts';
import { createConversation } from '../../core/operations/create-conversation.ts';
import { liveDeps } from '../../core/operations/deps.ts';
import { httpFunction } from '../edge/http.ts';

const deps = liveDeps();

export const handler = httpFunction([native], (principal, input) => createConversation(deps, principal, input));
