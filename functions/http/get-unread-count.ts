import { getUnreadCount as native } from '../../core/dialects/native/get-unread-count.ts';
import { getUnreadCount } from '../../core/operations/get-unread-count.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], getUnreadCount);
