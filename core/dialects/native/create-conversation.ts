import * as routes from '../../contract/native/routes/conversations.ts';
import type { CreateConversationInput, CreatedConversation } from '../../operations/create-conversation.ts';
import { nativeCodec } from './codec.ts';
import { conversationBody } from './conversation.ts';

export const createConversation = nativeCodec(routes.createConversation, {
  decode: ({ query, headers, body }): CreateConversationInput => ({
    kind: body.kind,
    name: body.name ?? null,
    participantIds: body.participantIds,
    link: body.link ?? null,
    actingUserId: query.userId,
    idempotencyKey: headers['idempotency-key'],
  }),
  encode: ({ conversation, created }: CreatedConversation) => ({
    status: created ? 201 : 200,
    body: conversationBody(conversation),
  }),
});
