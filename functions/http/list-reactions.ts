import { listReactions as native } from '../../core/dialects/native/list-reactions.ts';
import { listReactions } from '../../core/operations/list-reactions.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], listReactions);
