import { sendMessage as native } from '../../core/dialects/native/send-message.ts';
import { liveRealtimeDeps } from '../../core/realtime/deps.ts';
import { sendAndTell } from '../../core/realtime/send-and-tell.ts';
import { httpFunctionWith } from '../edge/http.ts';

export const handler = httpFunctionWith([native], sendAndTell, liveRealtimeDeps());
