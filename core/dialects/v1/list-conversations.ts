import * as routes from '../../contract/v1/routes/conversations.ts';
import type {
  DescribedConversationPage,
  ListDescribedConversationsInput,
} from '../../operations/list-described-conversations.ts';
import { v1Codec } from './codec.ts';
import { taggedBodies } from './conversation.ts';
import { metaBody, pageIn } from './values.ts';

export const listConversations = v1Codec(routes.listConversations, {
  action: 'list conversations',
  decode: ({ query }): ListDescribedConversationsInput => ({ actingUserId: query.userId, page: pageIn(query) }),
  encode: ({ conversations, viewer, page, hasMore }: DescribedConversationPage) => ({
    status: 200,
    body: { data: taggedBodies(conversations, viewer), meta: metaBody(page, hasMore) },
  }),
});
