import { countDevices as v1 } from '../../core/dialects/v1/count-devices.ts';
import { countDevices } from '../../core/operations/count-devices.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(v1, countDevices)]);
