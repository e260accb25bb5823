import { createConversation as native } from '../../core/dialects/native/create-conversation.ts';
import { createConversation as v1 } from '../../core/dialects/v1/create-conversation.ts';
import { createConversation as v2 } from '../../core/dialects/v2/create-conversation.ts';
import { createConversation } from '../../core/operations/create-conversation.ts';
import { createDescribedConversation } from '../../core/operations/create-described-conversation.ts';
import { createTranscript } from '../../core/operations/create-transcript.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([
  serve(native, createConversation),
  serve(v2, createTranscript),
  serve(v1, createDescribedConversation),
]);
