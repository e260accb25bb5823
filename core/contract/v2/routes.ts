import { createConversation, getConversation, listConversations, updateConversation } from './routes/conversations.ts';
import { listMessages, sendMessage } from './routes/messages.ts';

/** The dialect of organizations. */
export const v2Routes = [
  listConversations,
  getConversation,
  createConversation,
  updateConversation,
  sendMessage,
  listMessages,
];
