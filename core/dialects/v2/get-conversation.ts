import * as routes from '../../contract/v2/routes/conversations.ts';
import type { GetTranscriptInput } from '../../operations/get-transcript.ts';
import type { Transcript } from '../../operations/transcript.ts';
import { v2Codec } from './codec.ts';
import { conversationBody } from './conversation.ts';
import { bytesOf } from './message.ts';

export const getConversation = v2Codec(routes.getConversation, {
  decode: ({ path, query }): GetTranscriptInput => ({
    conversationId: path.conversation_id,
    actingUserId: query.userId,
    bytesOf,
  }),
  encode: (transcript: Transcript) => ({ status: 200, body: conversationBody(transcript) }),
});
