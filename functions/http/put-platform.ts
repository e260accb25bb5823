import { putPlatform as native } from '../../core/dialects/native/put-platform.ts';
import { putPlatform } from '../../core/operations/put-platform.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, putPlatform)]);
