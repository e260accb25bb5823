import * as routes from '../../contract/native/routes/messages.ts';
import type { Message } from '../../domain/message.ts';
import type { SendMessageInput } from '../../operations/send-message.ts';
import { actingUserIn, nativeCodec } from './codec.ts';
import { messageBody } from './message.ts';

export const sendMessage = nativeCodec(routes.sendMessage, {
  decode: ({ path, query, headers, body }): SendMessageInput => {
    const { senderUserId, text, replyToMessageId, clientMessageId } = body;
    return {
      conversationId: path.id,
      actingUserId: actingUserIn(query, 'senderUserId', senderUserId),
      text,
      replyToMessageId: replyToMessageId ?? null,
      clientMessageId: clientMessageId ?? null,
      idempotencyKey: headers['idempotency-key'],
    };
  },
  encode: ({ message }: { readonly message: Message }) => ({ status: 201, body: messageBody(message) }),
});
