import * as routes from '../../contract/native/routes/messages.ts';
import type { Message } from '../../domain/message.ts';
import type { EditMessageInput } from '../../operations/edit-message.ts';
import { nativeCodec } from './codec.ts';
import { messageBody } from './message.ts';
import { messageInput } from './message-input.ts';

export const editMessage = nativeCodec(routes.editMessage, {
  decode: (request): EditMessageInput => ({ ...messageInput(request), text: request.body.text }),
  encode: (message: Message) => ({ status: 200, body: messageBody(message) }),
});
