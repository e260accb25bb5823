import { getPlatform as native } from '../../core/dialects/native/get-platform.ts';
import { getPlatform } from '../../core/operations/get-platform.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], getPlatform);
