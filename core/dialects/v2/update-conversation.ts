import * as routes from '../../contract/v2/routes/conversations.ts';
import type { Transcript } from '../../operations/transcript.ts';
import type { UpdateTranscriptInput } from '../../operations/update-transcript.ts';
import { v2Codec } from './codec.ts';
import { conversationBody } from './conversation.ts';
import { bytesOf } from './message.ts';

export const updateConversation = v2Codec(routes.updateConversation, {
  decode: ({ path, query, body }): UpdateTranscriptInput => ({
    id: path.conversation_id,
    name: body.subject,
    status: body.status ?? undefined,
    byAnyParticipant: true,
    actingUserId: query.userId,
    bytesOf,
  }),
  encode: (transcript: Transcript) => ({ status: 200, body: conversationBody(transcript) }),
});
