import { sweepSockets } from '../../core/realtime/sweep.ts';
import { scheduledFunction } from '../edge/schedule.ts';

export const handler = scheduledFunction(sweepSockets);
