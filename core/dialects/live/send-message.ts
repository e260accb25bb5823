import * as actions from '../../contract/live/actions/messages.ts';
import type { Message } from '../../domain/message.ts';
import type { SendMessageInput } from '../../operations/send-message.ts';
import { liveCodec } from './codec.ts';
import { liveMessageBody } from './message.ts';

export const sendMessage = liveCodec(actions.sendMessage, {
  decode: ({ conversationId, text, clientMessageId, replyToMessageId, userId }): SendMessageInput => ({
    conversationId,
    text,
    clientMessageId: clientMessageId ?? null,
    replyToMessageId: replyToMessageId ?? null,
    actingUserId: userId,
    idempotencyKey: undefined,
  }),
  encode: ({ message }: { readonly message: Message }) => ({ message: liveMessageBody(message) }),
  names: { senderUserId: 'userId' },
});
