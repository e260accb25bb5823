import { listConversations as native } from '../../core/dialects/native/list-conversations.ts';
import { listConversations as v1 } from '../../core/dialects/v1/list-conversations.ts';
import { listConversations as v2 } from '../../core/dialects/v2/list-conversations.ts';
import { listConversations } from '../../core/operations/list-conversations.ts';
import { listDescribedConversations } from '../../core/operations/list-described-conversations.ts';
import { listTranscripts } from '../../core/operations/list-transcripts.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([
  serve(native, listConversations),
  serve(v2, listTranscripts),
  serve(v1, listDescribedConversations),
]);
