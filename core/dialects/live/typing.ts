import * as actions from '../../contract/live/actions/messages.ts';
import { liveCodec } from './codec.ts';
import { conversationInput } from './conversation-input.ts';

export const typing = liveCodec(actions.typing, {
  decode: (data) => ({ ...conversationInput(data), typing: data.typing }),
  encode: () => ({}),
});
