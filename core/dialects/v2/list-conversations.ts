import * as routes from '../../contract/v2/routes/conversations.ts';
import type { ListTranscriptsInput } from '../../operations/list-transcripts.ts';
import type { Transcript } from '../../operations/transcript.ts';
import { v2Codec } from './codec.ts';
import { conversationBodies } from './conversation.ts';
import { bytesOf } from './message.ts';

export const listConversations = v2Codec(routes.listConversations, {
  decode: ({ query }): ListTranscriptsInput => ({
    actingUserId: query.userId,
    organization: query.organization_id,
    link: { type: query.entity_type, id: query.entity_id },
    page: { number: query.page, size: query.limit },
    bytesOf,
  }),
  encode: (transcripts: readonly Transcript[]) => ({ status: 200, body: conversationBodies(transcripts) }),
});
