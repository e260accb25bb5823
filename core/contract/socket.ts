import type { Action } from './live/action.ts';
import * as conversations from './live/actions/conversations.ts';
import * as messages from './live/actions/messages.ts';
import * as presence from './live/actions/presence.ts';
import type { Event } from './live/event.ts';
import * as happenings from './live/events.ts';

/** Every action that a socket takes, in the order in which its documentation shows it. */
export const actions: readonly Action[] = [
  conversations.listConversations,
  conversations.createConversation,
  conversations.inviteToConversation,
  conversations.leaveConversation,
  conversations.removeConversation,
  messages.sendMessage,
  messages.replyToMessage,
  messages.getMessagesSince,
  messages.getMessagesBefore,
  conversations.getConversationParticipants,
  presence.getActiveUsers,
  messages.markRead,
  messages.typing,
  presence.ping,
];

/** Every event that a socket hears. */
export const events: readonly Event[] = Object.values(happenings);

/** The subprotocol that the server selects, and the one in which a browser's token comes. */
export const subprotocol = 'parley.v1';
export const tokenSubprotocol = 'bearer.';
