import { sendMessage as native } from '../../core/dialects/native/send-message.ts';
import { sendMessage } from '../../core/operations/send-message.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], sendMessage);
