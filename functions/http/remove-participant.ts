import { removeParticipant as native } from '../../core/dialects/native/remove-participant.ts';
import { removeParticipant } from '../../core/operations/remove-participant.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], removeParticipant);
