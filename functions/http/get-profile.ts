import { getProfile as native } from '../../core/dialects/native/get-profile.ts';
import { getProfile } from '../../core/operations/get-profile.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, getProfile)]);
