import { sendMessage as native } from '../../core/dialects/native/send-message.ts';
import { liveDeps } from '../../core/operations/deps.ts';
import { sendMessage } from '../../core/operations/send-message.ts';
import { httpFunction } from '../edge/http.ts';

const deps = liveDeps();

export const handler = httpFunction([native], (principal, input) => sendMessage(deps, principal, input));
