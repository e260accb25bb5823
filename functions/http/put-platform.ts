import { putPlatform as native } from '../../core/dialects/native/put-platform.ts';
import { putPlatform } from '../../core/operations/put-platform.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], putPlatform);
