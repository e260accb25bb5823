import { addReaction as native } from '../../core/dialects/native/add-reaction.ts';
import { addReaction as v1 } from '../../core/dialects/v1/add-reaction.ts';
import { addReaction } from '../../core/operations/add-reaction.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, addReaction), serve(v1, addReaction)]);
