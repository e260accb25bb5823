import * as actions from '../../contract/live/actions/conversations.ts';
import type { LeaveConversationInput } from '../../operations/leave-conversation.ts';
import { liveCodec } from './codec.ts';
import { conversationInput } from './conversation-input.ts';

export const leaveConversation = liveCodec(actions.leaveConversation, {
  decode: (data): LeaveConversationInput => conversationInput(data),
  encode: () => ({}),
});
