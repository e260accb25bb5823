import { deleteMessage as native } from '../../core/dialects/native/delete-message.ts';
import { deleteMessage } from '../../core/operations/delete-message.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, deleteMessage)]);
