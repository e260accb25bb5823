import { markRead as native } from '../../core/dialects/native/mark-read.ts';
import { markRead as v1 } from '../../core/dialects/v1/mark-read.ts';
import { markMessageRead } from '../../core/operations/mark-message-read.ts';
import { markRead } from '../../core/operations/mark-read.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, markRead), serve(v1, markMessageRead)]);
