import { listConversations as native } from '../../core/dialects/native/list-conversations.ts';
import { liveDeps } from '../../core/operations/deps.ts';
import { listConversations } from '../../core/operations/list-conversations.ts';
import { httpFunction } from '../edge/http.ts';

const deps = liveDeps();

export const handler = httpFunction([native], (principal, input) => listConversations(deps, principal, input));
