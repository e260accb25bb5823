import { addBookmark, listBookmarks, removeBookmark } from './routes/bookmarks.ts';
import {
  createConversation,
  getConversation,
  listConversations,
  removeConversation,
  updateConversation,
} from './routes/conversations.ts';
import { health } from './routes/health.ts';
import { deleteMessage, editMessage, getMessage, listMessages, sendMessage } from './routes/messages.ts';
import {
  addParticipant,
  changeRole,
  leaveConversation,
  listParticipants,
  removeParticipant,
} from './routes/participants.ts';
import { getPlatform, putPlatform } from './routes/platforms.ts';
import { addReaction, listReactions, removeReaction } from './routes/reactions.ts';
import { getUnreadCount, markRead } from './routes/reads.ts';
import { getProfile, listProfiles, putProfile } from './routes/users.ts';

/** The native dialect, in the order in which its documentation shows it. */
export const nativeRoutes = [
  createConversation,
  listConversations,
  getConversation,
  updateConversation,
  removeConversation,
  listParticipants,
  addParticipant,
  changeRole,
  removeParticipant,
  leaveConversation,
  markRead,
  getUnreadCount,
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
  listProfiles,
  getProfile,
  putProfile,
  getPlatform,
  putPlatform,
  health,
];
