import { addParticipant as native } from '../../core/dialects/native/add-participant.ts';
import { addParticipant } from '../../core/operations/add-participant.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], addParticipant);
