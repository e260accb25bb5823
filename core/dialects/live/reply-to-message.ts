import * as actions from '../../contract/live/actions/messages.ts';
import type { ConversationDetail } from '../../domain/conversation.ts';
import type { Message } from '../../domain/message.ts';
import { bytesInFrame } from '../../domain/page-size.ts';
import { conversationBody } from '../native/conversation.ts';
import { liveCodec } from './codec.ts';
import { liveMessageBody } from './message.ts';
import { frameRoom } from './room.ts';

export const replyToMessage = liveCodec(actions.replyToMessage, {
  decode: ({ conversationId, messageId, text, clientMessageId, userId }) => ({
    conversationId,
    messageId,
    text,
    clientMessageId: clientMessageId ?? null,
    actingUserId: userId,
  }),
  encode: (reply: { readonly message: Message; readonly conversation: ConversationDetail }) => {
    const conversation = conversationBody(reply.conversation);
    return { message: liveMessageBody(reply.message, frameRoom - bytesInFrame(conversation)), conversation };
  },
  names: { senderUserId: 'userId' },
});
