import { getActiveUsers as live } from '../../core/dialects/live/get-active-users.ts';
import { listActiveUsers } from '../../core/operations/list-active-users.ts';
import { socketFunction } from '../edge/socket.ts';

export const handler = socketFunction(live, listActiveUsers);
