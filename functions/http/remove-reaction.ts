import { removeReaction as native } from '../../core/dialects/native/remove-reaction.ts';
import { removeReaction } from '../../core/operations/remove-reaction.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, removeReaction)]);
