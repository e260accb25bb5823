import * as routes from '../../contract/native/routes/messages.ts';
import { nativeCodec } from './codec.ts';
import { messageInput } from './message-input.ts';

export const deleteMessage = nativeCodec(routes.deleteMessage, {
  decode: messageInput,
  encode: () => ({ status: 204, body: undefined }),
});
