import { changeRole as native } from '../../core/dialects/native/change-role.ts';
import { changeRole } from '../../core/operations/change-role.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], changeRole);
