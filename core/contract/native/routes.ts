import { createConversation, getConversation, listConversations } from './routes/conversations.ts';
import { health } from './routes/health.ts';
import { listMessages, sendMessage } from './routes/messages.ts';
import { getPlatform, putPlatform } from './routes/platforms.ts';
import { getProfile, listProfiles, putProfile } from './routes/users.ts';

/** The native dialect, in the order in which its documentation shows it. */
export const nativeRoutes = [
  createConversation,
  listConversations,
  getConversation,
  sendMessage,
  listMessages,
  listProfiles,
  getProfile,
  putProfile,
  getPlatform,
  putPlatform,
  health,
];
