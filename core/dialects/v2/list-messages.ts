import { limits } from '../../contract/limits.ts';
import * as routes from '../../contract/v2/routes/messages.ts';
import type { ListWrittenMessagesInput } from '../../operations/list-written-messages.ts';
import type { WrittenMessages } from '../../operations/transcript.ts';
import { v2Codec } from './codec.ts';
import { bytesOf, messageBody } from './message.ts';

export const listMessages = v2Codec(routes.listMessages, {
  decode: ({ path, query: { userId, page, limit } }): ListWrittenMessagesInput => ({
    conversationId: path.conversation_id,
    actingUserId: userId,
    page:
      page === undefined && limit === undefined ? undefined : { number: page ?? 1, size: limit ?? limits.pageDefault },
    bytesOf,
  }),
  encode: ({ messages, isTruncated }: WrittenMessages) => ({
    status: 200,
    ...(isTruncated && { headers: { 'x-messages-truncated': 'true' } }),
    body: messages.map(messageBody),
  }),
});
