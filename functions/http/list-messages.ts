import { listMessages as native } from '../../core/dialects/native/list-messages.ts';
import { listMessages } from '../../core/operations/list-messages.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], listMessages);
