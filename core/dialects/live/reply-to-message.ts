import * as actions from '../../contract/live/actions/messages.ts';
import type { ConversationDetail } from '../../domain/conversation.ts';
import type { Message } from '../../domain/message.ts';
import { conversationBody } from '../native/conversation.ts';
import { liveCodec } from './codec.ts';
import { liveMessageBody } from './message.ts';

export const replyToMessage = liveCodec(actions.replyToMessage, {
  decode: ({ conversationId, messageId, text, clientMessageId, userId }) => ({
    conversationId,
    messageId,
    text,
    clientMessageId: clientMessageId ?? null,
    actingUserId: userId,
  }),
  encode: ({ message, conversation }: { readonly message: Message; readonly conversation: ConversationDetail }) => ({
    message: liveMessageBody(message),
    conversation: conversationBody(conversation),
  }),
  names: { senderUserId: 'userId' },
});
