import * as routes from '../../contract/v1/routes/messages.ts';
import type { DescribedMessage } from '../../operations/describe.ts';
import type { SendMessageInput } from '../../operations/send-message.ts';
import { v1Codec } from './codec.ts';
import { messageBody } from './message.ts';

export const sendMessage = v1Codec(routes.sendMessage, {
  action: 'send message',
  decode: ({ query, headers, body }, publicKey): SendMessageInput & { readonly receiverId: string } => ({
    conversationId: body.conversation_uuid,
    receiverId: body.receiver_uuid,
    actingUserId: query.userId,
    text: body.context_text,
    replyToMessageId: null,
    clientMessageId: null,
    idempotencyKey: headers['idempotency-key'],
    context: {
      type: body.context_type,
      attachments: body.attachments ?? [],
      metadata: body.metadata ?? {},
      device: {
        type: body.device.type,
        os: body.device.os,
        osVersion: body.device.os_version ?? null,
        appVersion: body.device.app_version ?? null,
        model: body.device.model ?? null,
        browser: body.device.browser ?? null,
        browserVersion: body.device.browser_version ?? null,
      },
      publicKey,
    },
  }),
  encode: (message: DescribedMessage, publicKey) => ({
    status: 201,
    body: { message: 'Message sent successfully', data: messageBody(message, publicKey) },
  }),
});
