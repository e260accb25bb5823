import * as z from 'zod/mini';
import { liveRealtimeDeps } from '../../core/realtime/deps.ts';
import { tellOfChange } from '../../core/realtime/tell-of-change.ts';
import { streamFunction } from '../edge/stream.ts';

/** Is told of announced changes in conversations, and of the heads of those that were removed or went unfinished. */
export const handler = streamFunction(z.unknown(), tellOfChange, liveRealtimeDeps());
