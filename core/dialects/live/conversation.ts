import type * as z from 'zod/mini';
import type { ListedConversation } from '../../contract/live/values.ts';
import type { UnreadConversation } from '../../operations/list-unread-conversations.ts';
import { conversationBody } from '../native/conversation.ts';

/** A conversation as the live dialect lists it. */
export const listedConversationBody = (conversation: UnreadConversation): z.infer<typeof ListedConversation> => ({
  ...conversationBody(conversation),
  unreadCount: conversation.unreadCount,
});
