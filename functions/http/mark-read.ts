import { markRead as native } from '../../core/dialects/native/mark-read.ts';
import { markRead } from '../../core/operations/mark-read.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], markRead);
