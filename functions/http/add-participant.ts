import { addParticipant as native } from '../../core/dialects/native/add-participant.ts';
import { addParticipant } from '../../core/operations/add-participant.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, addParticipant)]);
