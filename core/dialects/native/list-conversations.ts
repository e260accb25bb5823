import * as routes from '../../contract/native/routes/conversations.ts';
import type { ConversationPage, ListConversationsInput } from '../../operations/list-conversations.ts';
import { nativeCodec, nextPage } from './codec.ts';
import { conversationBody } from './conversation.ts';
import { listInput } from './list-input.ts';

export const listConversations = nativeCodec(routes.listConversations, {
  decode: ({ query }): ListConversationsInput => ({
    ...listInput({ query }),
    link: { type: query.linkType, id: query.linkId },
  }),
  encode: ({ conversations, next }: ConversationPage, request) => ({
    status: 200,
    headers: nextPage(routes.listConversations, request, next),
    body: conversations.map(conversationBody),
  }),
});
