import { removeParticipant as native } from '../../core/dialects/native/remove-participant.ts';
import { removeParticipant } from '../../core/operations/remove-participant.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, removeParticipant)]);
