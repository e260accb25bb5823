import { sendMessage as native } from '../../core/dialects/native/send-message.ts';
import { sendMessage as v1 } from '../../core/dialects/v1/send-message.ts';
import { sendMessage as v2 } from '../../core/dialects/v2/send-message.ts';
import { acrossOrganizations } from '../../core/operations/across-organizations.ts';
import { liveRealtimeDeps } from '../../core/realtime/deps.ts';
import { sendAndTell } from '../../core/realtime/send-and-tell.ts';
import { sendToReceiver } from '../../core/realtime/send-to-receiver.ts';
import { httpFunctionWith, serve } from '../edge/http.ts';

export const handler = httpFunctionWith(
  [serve(native, sendAndTell), serve(v2, acrossOrganizations(sendAndTell)), serve(v1, sendToReceiver)],
  liveRealtimeDeps(),
);
