import * as actions from '../../contract/live/actions/conversations.ts';
import type { UnreadConversationPage } from '../../operations/list-unread-conversations.ts';
import { liveCodec } from './codec.ts';
import { listedConversationBody } from './conversation.ts';
import { pageInput } from './page-input.ts';
import { fitting } from './room.ts';

export const listConversations = liveCodec(actions.listConversations, {
  decode: pageInput,
  encode: (page: UnreadConversationPage) => {
    const conversations = fitting(page.conversations.map(listedConversationBody));
    return { conversations: [...conversations], cursor: page.nextAfter(conversations.length) };
  },
});
