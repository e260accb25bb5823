import { listMessages as native } from '../../core/dialects/native/list-messages.ts';
import { liveDeps } from '../../core/operations/deps.ts';
import { listMessages } from '../../core/operations/list-messages.ts';
import { httpFunction } from '../edge/http.ts';

const deps = liveDeps();

export const handler = httpFunction([native], (principal, input) => listMessages(deps, principal, input));
