import * as routes from '../../contract/native/routes/conversations.ts';
import type { ConversationDetail } from '../../domain/conversation.ts';
import type { GetConversationInput } from '../../operations/get-conversation.ts';
import { nativeCodec } from './codec.ts';
import { conversationBody } from './conversation.ts';

export const getConversation = nativeCodec(routes.getConversation, {
  decode: ({ path, query }): GetConversationInput => ({ id: path.id, actingUserId: query.userId }),
  encode: (conversation: ConversationDetail) => ({ status: 200, body: conversationBody(conversation) }),
});
