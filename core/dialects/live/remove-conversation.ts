import * as actions from '../../contract/live/actions/conversations.ts';
import type { RemoveConversationInput } from '../../operations/remove-conversation.ts';
import { liveCodec } from './codec.ts';

export const removeConversation = liveCodec(actions.removeConversation, {
  decode: ({ conversationId, userId }): RemoveConversationInput => ({ id: conversationId, actingUserId: userId }),
  encode: () => ({}),
});
