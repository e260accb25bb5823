import * as routes from '../../contract/v1/routes/conversations.ts';
import type { CreateConversationInput } from '../../operations/create-conversation.ts';
import type { CreatedDescribed } from '../../operations/create-described-conversation.ts';
import { v1Codec } from './codec.ts';
import { conversationBody } from './conversation.ts';

export const createConversation = v1Codec(routes.createConversation, {
  action: 'create conversation',
  decode: ({
    query,
    headers,
    body: { participant_uuid, taggable_type: type, taggable_id: id },
  }): CreateConversationInput => ({
    kind: 'direct',
    name: null,
    participantIds: [participant_uuid],
    link: type && typeof id === 'number' ? { type, id: String(id) } : null,
    actingUserId: query.userId,
    idempotencyKey: headers['idempotency-key'],
  }),
  encode: ({ conversation, created }: CreatedDescribed) => ({
    status: created ? 201 : 200,
    body: {
      message: created ? 'Conversation created successfully' : 'Conversation already exists',
      data: conversationBody(conversation),
    },
  }),
});
