import { getMessage as native } from '../../core/dialects/native/get-message.ts';
import { getMessage } from '../../core/operations/get-message.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, getMessage)]);
