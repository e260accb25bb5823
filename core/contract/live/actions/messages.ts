import * as z from 'zod/mini';
import { limits } from '../../limits.ts';
import { Conversation } from '../../native/conversation.ts';
import { ConversationRead } from '../../native/read.ts';
import { idempotencyKey, point, uuid, writtenText } from '../../values.ts';
import { action } from '../action.ts';
import { done, LiveMessage, ofConversation, pageLimit } from '../values.ts';

const written = { text: writtenText(limits.text), clientMessageId: z.nullish(idempotencyKey()) };
const messagePage = z.object({ messages: z.array(LiveMessage), hasMore: z.boolean() });

export const sendMessage = action({
  name: 'sendMessage',
  operation: 'send-message',
  summary: 'Send a message',
  data: z.object({ ...ofConversation, ...written, replyToMessageId: z.nullish(uuid()) }),
  ack: z.object({ message: LiveMessage }),
});

export const replyToMessage = action({
  name: 'replyToMessage',
  operation: 'reply-to-message',
  summary: 'Answer a message in a conversation of its own, which the first reply makes',
  data: z.object({ ...ofConversation, ...written, messageId: uuid() }),
  ack: z.object({ message: LiveMessage, conversation: Conversation }),
});

export const getMessagesSince = action({
  name: 'getMessagesSince',
  operation: 'get-messages-since',
  summary: 'Get the messages after a point, oldest first',
  data: z.object({ ...ofConversation, since: point(), limit: pageLimit() }),
  ack: messagePage,
});

export const getMessagesBefore = action({
  name: 'getMessagesBefore',
  operation: 'get-messages-before',
  summary: 'Get the messages before a point, newest first',
  data: z.object({ ...ofConversation, before: point(), limit: pageLimit() }),
  ack: messagePage,
});

export const markRead = action({
  name: 'markRead',
  operation: 'mark-read',
  summary: 'Mark all messages up to one as read',
  data: z.object({ ...ofConversation, messageId: uuid() }),
  ack: z.object({ read: ConversationRead }),
});

export const typing = action({
  name: 'typing',
  operation: 'typing',
  summary: 'Tell the others that the user is writing, or no longer is',
  data: z.object({ ...ofConversation, typing: z.boolean('must be true or false') }),
  ack: done(),
});
