import { putProfile as native } from '../../core/dialects/native/put-profile.ts';
import { putProfile } from '../../core/operations/put-profile.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, putProfile)]);
