import * as routes from '../../contract/v2/routes/messages.ts';
import type { Message } from '../../domain/message.ts';
import type { SendMessageInput } from '../../operations/send-message.ts';
import { v2Codec } from './codec.ts';
import { messageBody } from './message.ts';

export const sendMessage = v2Codec(routes.sendMessage, {
  decode: ({ path, query, headers, body }): SendMessageInput => ({
    conversationId: path.conversation_id,
    actingUserId: query.userId,
    text: body.body,
    replyToMessageId: null,
    clientMessageId: null,
    idempotencyKey: headers['idempotency-key'],
  }),
  encode: ({ message }: { readonly message: Message }) => ({ status: 201, body: messageBody(message) }),
});
