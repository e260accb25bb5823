import { createConversation, listConversations, listMessages } from './routes/conversations.ts';
import { addReaction, markRead, sendMessage } from './routes/messages.ts';
import { countDevices } from './routes/stats.ts';

/** The dialect of platforms. */
export const v1Routes = [
  createConversation,
  listConversations,
  listMessages,
  sendMessage,
  markRead,
  addReaction,
  countDevices,
];
