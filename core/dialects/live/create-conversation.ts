import * as actions from '../../contract/live/actions/conversations.ts';
import type { CreateConversationInput, CreatedConversation } from '../../operations/create-conversation.ts';
import { conversationBody } from '../native/conversation.ts';
import { liveCodec } from './codec.ts';

export const createConversation = liveCodec(actions.createConversation, {
  decode: ({ kind, name, participantIds, link, userId }): CreateConversationInput => ({
    kind,
    name: name ?? null,
    participantIds,
    link: link ?? null,
    actingUserId: userId,
    idempotencyKey: undefined,
  }),
  encode: ({ conversation }: CreatedConversation) => ({ conversation: conversationBody(conversation) }),
});
