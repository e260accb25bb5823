import { ping as live } from '../../core/dialects/live/ping.ts';
import { readClock } from '../../core/operations/read-clock.ts';
import { always } from '../edge/renewals.ts';
import { socketFunction } from '../edge/socket.ts';

export const handler = socketFunction(live, readClock, undefined, always);
