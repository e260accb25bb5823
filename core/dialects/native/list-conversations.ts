import * as routes from '../../contract/native/routes/conversations.ts';
import type { ConversationPage, ListConversationsInput } from '../../operations/list-conversations.ts';
import { nativeCodec, nextPage } from './codec.ts';
import { conversationBody } from './conversation.ts';

export const listConversations = nativeCodec(routes.listConversations, {
  decode: ({ query }): ListConversationsInput => ({
    actingUserId: query.userId,
    limit: query.limit,
    cursor: query.cursor,
  }),
  encode: ({ conversations, next }: ConversationPage, request) => ({
    status: 200,
    headers: nextPage(routes.listConversations, request, next),
    body: conversations.map(conversationBody),
  }),
});
