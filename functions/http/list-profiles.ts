import { listProfiles as native } from '../../core/dialects/native/list-profiles.ts';
import { listProfiles } from '../../core/operations/list-profiles.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], listProfiles);
