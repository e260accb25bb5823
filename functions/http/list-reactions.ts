import { listReactions as native } from '../../core/dialects/native/list-reactions.ts';
import { listReactions } from '../../core/operations/list-reactions.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, listReactions)]);
