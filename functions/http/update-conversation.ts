import { updateConversation as native } from '../../core/dialects/native/update-conversation.ts';
import { updateConversation as v2 } from '../../core/dialects/v2/update-conversation.ts';
import { updateConversation } from '../../core/operations/update-conversation.ts';
import { updateTranscript } from '../../core/operations/update-transcript.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, updateConversation), serve(v2, updateTranscript)]);
