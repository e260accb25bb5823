import * as actions from '../../contract/live/actions/messages.ts';
import type { ListMessagesInput } from '../../operations/list-messages.ts';
import { liveCodec } from './codec.ts';
import { conversationInput } from './conversation-input.ts';
import { messagePageAck } from './message-page.ts';

export const getMessagesSince = liveCodec(actions.getMessagesSince, {
  decode: (data): ListMessagesInput => ({
    ...conversationInput(data),
    after: data.since,
    before: undefined,
    limit: data.limit,
    cursor: undefined,
  }),
  encode: messagePageAck,
  names: { after: 'since' },
});
