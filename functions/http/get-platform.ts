import { getPlatform as native } from '../../core/dialects/native/get-platform.ts';
import { getPlatform } from '../../core/operations/get-platform.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, getPlatform)]);
