import * as routes from '../../contract/native/routes/conversations.ts';
import type { RemoveConversationInput } from '../../operations/remove-conversation.ts';
import { nativeCodec } from './codec.ts';

export const removeConversation = nativeCodec(routes.removeConversation, {
  decode: ({ path, query }): RemoveConversationInput => ({ id: path.id, actingUserId: query.userId }),
  encode: () => ({ status: 204, body: undefined }),
});
