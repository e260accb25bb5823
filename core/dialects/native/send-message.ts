import * as routes from '../../contract/native/routes/messages.ts';
import { invalid } from '../../domain/errors.ts';
import type { Message } from '../../domain/message.ts';
import type { SendMessageInput } from '../../operations/send-message.ts';
import { nativeCodec } from './codec.ts';
import { messageBody } from './message.ts';

export const sendMessage = nativeCodec(routes.sendMessage, {
  decode: ({ path, query, headers, body }): SendMessageInput => {
    const { senderUserId, text, replyToMessageId, clientMessageId } = body;
    if (senderUserId && query.userId && senderUserId !== query.userId) {
      throw invalid({ path: 'senderUserId', message: 'must be the user that the query names' });
    }
    return {
      conversationId: path.id,
      actingUserId: senderUserId ?? query.userId,
      text,
      replyToMessageId: replyToMessageId ?? null,
      clientMessageId: clientMessageId ?? null,
      idempotencyKey: headers['idempotency-key'],
    };
  },
  encode: (message: Message) => ({ status: 201, body: messageBody(message) }),
});
