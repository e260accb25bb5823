import { changeRole as native } from '../../core/dialects/native/change-role.ts';
import { changeRole } from '../../core/operations/change-role.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, changeRole)]);
