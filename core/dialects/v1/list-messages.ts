import * as routes from '../../contract/v1/routes/conversations.ts';
import type { DescribedMessagePage, ListDescribedMessagesInput } from '../../operations/list-described-messages.ts';
import { v1Codec } from './codec.ts';
import { taggedBody } from './conversation.ts';
import { messageBodies } from './message.ts';
import { metaBody, pageIn } from './values.ts';

export const listMessages = v1Codec(routes.listMessages, {
  action: 'list messages',
  decode: ({ path, query }): ListDescribedMessagesInput => ({
    conversationId: path.uuid,
    actingUserId: query.userId,
    page: pageIn(query),
  }),
  encode: ({ messages, conversation, page, hasMore }: DescribedMessagePage, publicKey) => {
    const { bodies, isTruncated } = messageBodies(messages, publicKey);
    return {
      status: 200,
      ...(isTruncated && { headers: { 'x-messages-truncated': 'true' } }),
      body: { data: bodies, conversation: taggedBody(conversation), meta: metaBody(page, hasMore) },
    };
  },
});
