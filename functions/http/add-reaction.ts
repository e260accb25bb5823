import { addReaction as native } from '../../core/dialects/native/add-reaction.ts';
import { addReaction } from '../../core/operations/add-reaction.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], addReaction);
