import * as actions from '../../contract/live/actions/messages.ts';
import type { ListMessagesInput } from '../../operations/list-messages.ts';
import { liveCodec } from './codec.ts';
import { conversationInput } from './conversation-input.ts';
import { messagePageAck } from './message-page.ts';

export const getMessagesBefore = liveCodec(actions.getMessagesBefore, {
  decode: (data): ListMessagesInput => ({
    ...conversationInput(data),
    before: data.before,
    after: undefined,
    limit: data.limit,
    cursor: undefined,
  }),
  encode: messagePageAck,
});
