import { health } from '../../core/dialects/native/health.ts';
import { publicHttpFunction } from '../edge/http.ts';

export const handler = publicHttpFunction(health, async () => undefined);
