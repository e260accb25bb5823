import * as routes from '../../contract/v2/routes/conversations.ts';
import type { CreatedTranscript, CreateTranscriptInput } from '../../operations/create-transcript.ts';
import { v2Codec } from './codec.ts';
import { conversationBody } from './conversation.ts';
import { bytesOf } from './message.ts';

export const createConversation = v2Codec(routes.createConversation, {
  decode: ({ query, headers, body }): CreateTranscriptInput => ({
    organization: body.organization_id ?? undefined,
    name: body.subject ?? null,
    participantIds: body.participant_user_ids ?? [],
    link: body.entity_type && body.entity_id ? { type: body.entity_type, id: body.entity_id } : null,
    actingUserId: query.userId,
    idempotencyKey: headers['idempotency-key'],
    bytesOf,
  }),
  encode: (transcript: CreatedTranscript) => ({
    status: transcript.created ? 201 : 200,
    body: conversationBody(transcript),
  }),
});
