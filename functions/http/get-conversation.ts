import { getConversation as native } from '../../core/dialects/native/get-conversation.ts';
import { getConversation as v2 } from '../../core/dialects/v2/get-conversation.ts';
import { getConversation } from '../../core/operations/get-conversation.ts';
import { getTranscript } from '../../core/operations/get-transcript.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, getConversation), serve(v2, getTranscript)]);
