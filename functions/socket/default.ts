import { unroutedFunction } from '../edge/unrouted.ts';

export const handler = unroutedFunction();
