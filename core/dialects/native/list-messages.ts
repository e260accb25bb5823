import * as routes from '../../contract/native/routes/messages.ts';
import type { ListMessagesInput, MessagePage } from '../../operations/list-messages.ts';
import { nativeCodec, nextPage } from './codec.ts';
import { listInput } from './list-input.ts';
import { messageBody } from './message.ts';

export const listMessages = nativeCodec(routes.listMessages, {
  decode: ({ path, query }): ListMessagesInput => ({
    ...listInput({ query }),
    conversationId: path.id,
    before: query.before,
    after: query.after,
  }),
  encode: ({ messages, next }: MessagePage, request) => ({
    status: 200,
    headers: nextPage(routes.listMessages, request, next),
    body: messages.map(messageBody),
  }),
});
