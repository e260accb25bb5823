import * as routes from '../../contract/native/routes/bookmarks.ts';
import { nativeCodec } from './codec.ts';
import { messageInput } from './message-input.ts';

export const removeBookmark = nativeCodec(routes.removeBookmark, {
  decode: messageInput,
  encode: () => ({ status: 200, body: { status: 'unbookmarked' } }),
});
