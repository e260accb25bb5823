import { editMessage as native } from '../../core/dialects/native/edit-message.ts';
import { editMessage } from '../../core/operations/edit-message.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, editMessage)]);
