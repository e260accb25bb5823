import * as actions from '../../contract/live/actions/messages.ts';
import type { MarkReadInput, Read } from '../../operations/mark-read.ts';
import { readBody } from '../native/read.ts';
import { liveCodec } from './codec.ts';
import { conversationInput } from './conversation-input.ts';

export const markRead = liveCodec(actions.markRead, {
  decode: (data): MarkReadInput => ({ ...conversationInput(data), lastReadMessageId: data.messageId }),
  encode: (read: Read) => ({ read: readBody(read) }),
  names: { lastReadMessageId: 'messageId' },
});
