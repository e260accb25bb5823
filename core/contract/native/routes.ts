import { addBookmark, listBookmarks, removeBookmark } from './routes/bookmarks.ts';
import { createConversation, getConversation, listConversations } from './routes/conversations.ts';
import { health } from './routes/health.ts';
import { deleteMessage, editMessage, getMessage, listMessages, sendMessage } from './routes/messages.ts';
import { addReaction, listReactions, removeReaction } from './routes/reactions.ts';

/** The native dialect, in the order in which its documentation shows it. */
export const nativeRoutes = [
  createConversation,
  listConversations,
  getConversation,
  sendMessage,
  listMessages,
  getMessage,
  editMessage,
  deleteMessage,
  listReactions,
  addReaction,
  removeReaction,
  addBookmark,
  removeBookmark,
  listBookmarks,
  health,
];
