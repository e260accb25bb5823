import { listParticipants as native } from '../../core/dialects/native/list-participants.ts';
import { listParticipants } from '../../core/operations/list-participants.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, listParticipants)]);
