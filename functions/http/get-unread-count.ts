import { getUnreadCount as native } from '../../core/dialects/native/get-unread-count.ts';
import { getUnreadCount } from '../../core/operations/get-unread-count.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, getUnreadCount)]);
