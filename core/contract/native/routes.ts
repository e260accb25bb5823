import { createConversation, getConversation, listConversations } from './routes/conversations.ts';
import { health } from './routes/health.ts';
import { listMessages, sendMessage } from './routes/messages.ts';

/** The native dialect, in the order in which its documentation shows it. */
export const nativeRoutes = [createConversation, listConversations, getConversation, sendMessage, listMessages, health];
