import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { Conversation } from '../native/conversation.ts';
import { Message } from '../native/message.ts';
import { Participant } from '../native/participant.ts';
import { cursor, uuid } from '../values.ts';

/** Each action may name the acting user, as `?userId=` does over HTTP. */
export const acting = { userId: z.optional(uuid()) };

/** Data of an action about one conversation. */
export const ofConversation = { ...acting, conversationId: uuid() };

/** How many items an action asks for at most; a frame may hold fewer. */
export const pageLimit = () =>
  z._default(
    z
      .int('must be a whole number')
      .check(z.minimum(1, 'must be at least 1'), z.maximum(limits.pageMost, `must be at most ${limits.pageMost}`)),
    limits.pageDefault,
  );

/** Data of an action that lists page by page. */
export const ofPage = { ...acting, cursor: z.optional(cursor()) };

/** The next page, if there is one. */
export const nextPage = { cursor: z.optional(z.string()) };

/** A message that may be too large for a frame with all of its reactions. */
export const LiveMessage = z.extend(Message, {
  /** Some reactions are missing, which the native API has. */
  reactionsTruncated: z.optional(z.literal(true)),
});

/** A conversation as it is listed. */
export const ListedConversation = z.extend(Conversation, { unreadCount: z.int().check(z.minimum(0)) });

/** A participant, and whether one of its sockets is open. */
export const PresentParticipant = z.extend(Participant, { active: z.boolean() });

/** An answer that says no more than that it is done. */
export const done = () => z.object({});
