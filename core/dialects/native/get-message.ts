import * as routes from '../../contract/native/routes/messages.ts';
import type { Message } from '../../domain/message.ts';
import { nativeCodec } from './codec.ts';
import { messageBody } from './message.ts';
import { messageInput } from './message-input.ts';

export const getMessage = nativeCodec(routes.getMessage, {
  decode: messageInput,
  encode: (message: Message) => ({ status: 200, body: messageBody(message) }),
});
