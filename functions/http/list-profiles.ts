import { listProfiles as native } from '../../core/dialects/native/list-profiles.ts';
import { listProfiles } from '../../core/operations/list-profiles.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, listProfiles)]);
