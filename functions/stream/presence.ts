import { liveRealtimeDeps } from '../../core/realtime/deps.ts';
import { tellPresence } from '../../core/realtime/presence.ts';
import { streamBatchFunction } from '../edge/stream.ts';

/** Is told of the connections of users, when one is added to them or removed. */
export const handler = streamBatchFunction(tellPresence, liveRealtimeDeps());
