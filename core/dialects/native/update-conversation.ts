import * as routes from '../../contract/native/routes/conversations.ts';
import type { ConversationDetail } from '../../domain/conversation.ts';
import type { UpdateConversationInput } from '../../operations/update-conversation.ts';
import { nativeCodec } from './codec.ts';
import { conversationBody } from './conversation.ts';

export const updateConversation = nativeCodec(routes.updateConversation, {
  decode: ({ path, query, body }): UpdateConversationInput => ({
    id: path.id,
    name: body.name,
    status: body.status,
    actingUserId: query.userId,
  }),
  encode: (conversation: ConversationDetail) => ({ status: 200, body: conversationBody(conversation) }),
});
