import type { Message } from '../../core/domain/message.ts';
import type { Role } from '../../core/domain/participant.ts';
import type { Principal, UserId } from '../../core/domain/principal.ts';
import { addBookmark } from '../../core/operations/add-bookmark.ts';
import * as adding from '../../core/operations/add-participant.ts';
import { addReaction } from '../../core/operations/add-reaction.ts';
import * as ranking from '../../core/operations/change-role.ts';
import * as creating from '../../core/operations/create-conversation.ts';
import { deleteMessage } from '../../core/operations/delete-message.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { editMessage } from '../../core/operations/edit-message.ts';
import * as getting from '../../core/operations/get-conversation.ts';
import { getMessage } from '../../core/operations/get-message.ts';
import * as counting from '../../core/operations/get-unread-count.ts';
import * as leaving from '../../core/operations/leave-conversation.ts';
import * as marking from '../../core/operations/list-bookmarks.ts';
import * as listing from '../../core/operations/list-conversations.ts';
import * as paging from '../../core/operations/list-messages.ts';
import * as enumerating from '../../core/operations/list-participants.ts';
import { listReactions } from '../../core/operations/list-reactions.ts';
import * as reading from '../../core/operations/mark-read.ts';
import { removeBookmark } from '../../core/operations/remove-bookmark.ts';
import * as ending from '../../core/operations/remove-conversation.ts';
import * as removing from '../../core/operations/remove-participant.ts';
import { removeReaction } from '../../core/operations/remove-reaction.ts';
import * as replying from '../../core/operations/reply-to-message.ts';
import * as sending from '../../core/operations/send-message.ts';
import * as updating from '../../core/operations/update-conversation.ts';
import { follow } from './follow.ts';

/** The operations of the flow, where a test says only what matters to it. */
export const create = (deps: Deps, caller: Principal, input: Partial<creating.CreateConversationInput> = {}) =>
  creating.createConversation(deps, caller, {
    kind: 'group',
    name: null,
    link: null,
    participantIds: [caller.subject],
    actingUserId: undefined,
    idempotencyKey: undefined,
    ...input,
  });

export const send = async (
  deps: Deps,
  caller: Principal,
  conversationId: string,
  text: string,
  input: Partial<sending.SendMessageInput> = {},
) => {
  const { message } = await sending.sendMessage(deps, caller, sent(conversationId, text, input));
  return message;
};

/** What is asked of a send. */
export const sent = (
  conversationId: string,
  text: string,
  input: Partial<sending.SendMessageInput> = {},
): sending.SendMessageInput => ({
  conversationId,
  text,
  replyToMessageId: null,
  clientMessageId: null,
  actingUserId: undefined,
  idempotencyKey: undefined,
  ...input,
});

/** Replies to a message in the conversation that hangs on it; `input` may name the acting user, as a service does. */
/** What is asked of a reply to a message. */
export const replyTo = (
  { id, conversationId }: Pick<Message, 'id' | 'conversationId'>,
  text: string,
  input: Partial<replying.ReplyToMessageInput> = {},
): replying.ReplyToMessageInput => ({
  conversationId,
  messageId: id,
  text,
  clientMessageId: null,
  actingUserId: undefined,
  ...input,
});

export const reply = (
  deps: Deps,
  caller: Principal,
  message: Pick<Message, 'id' | 'conversationId'>,
  text: string,
  input: Partial<replying.ReplyToMessageInput> = {},
) => replying.replyToMessage(deps, caller, replyTo(message, text, input));

export const page = (
  deps: Deps,
  caller: Principal,
  conversationId: string,
  input: Partial<paging.ListMessagesInput> = {},
) =>
  paging.listMessages(deps, caller, {
    conversationId,
    limit: 50,
    actingUserId: undefined,
    cursor: undefined,
    before: undefined,
    after: undefined,
    ...input,
  });

export const conversations = (deps: Deps, caller: Principal, input: Partial<listing.ListConversationsInput> = {}) =>
  listing.listConversations(deps, caller, { limit: 50, cursor: undefined, actingUserId: undefined, ...input });

export const get = (deps: Deps, caller: Principal, id: string) =>
  getting.getConversation(deps, caller, { id, actingUserId: undefined });

export const add = (
  deps: Deps,
  caller: Principal,
  conversationId: string,
  userId: UserId,
  input: Partial<adding.AddParticipantInput> = {},
) =>
  adding.addParticipant(deps, caller, {
    conversationId,
    userId,
    role: 'member',
    actingUserId: undefined,
    idempotencyKey: undefined,
    ...input,
  });

/** The first page of a conversation's participants. */
export const participants = (deps: Deps, caller: Principal, conversationId: string, limit = 50) =>
  enumerating.listParticipants(deps, caller, { conversationId, actingUserId: undefined, limit, cursor: undefined });

export const remove = (deps: Deps, caller: Principal, conversationId: string, userId: UserId) =>
  removing.removeParticipant(deps, caller, { conversationId, userId, actingUserId: undefined });

export const leave = (deps: Deps, caller: Principal, conversationId: string) =>
  leaving.leaveConversation(deps, caller, { conversationId, actingUserId: undefined });

export const rank = (deps: Deps, caller: Principal, conversationId: string, userId: UserId, role: Role) =>
  ranking.changeRole(deps, caller, { conversationId, userId, role, actingUserId: undefined });

export const markRead = (deps: Deps, caller: Principal, conversationId: string, lastReadMessageId: string) =>
  reading.markRead(deps, caller, { conversationId, lastReadMessageId, actingUserId: undefined });

export const unread = (deps: Deps, caller: Principal, conversationId: string) =>
  counting.getUnreadCount(deps, caller, { conversationId, actingUserId: undefined });

export const update = (deps: Deps, caller: Principal, id: string, changes: Partial<updating.UpdateConversationInput>) =>
  updating.updateConversation(deps, caller, {
    id,
    name: undefined,
    status: undefined,
    actingUserId: undefined,
    ...changes,
  });

/** Removes a conversation for everybody. */
export const end = (deps: Deps, caller: Principal, id: string) =>
  ending.removeConversation(deps, caller, { id, actingUserId: undefined });

/** All messages of a conversation, read by pages, oldest first. */
export const allMessages = (deps: Deps, caller: Principal, conversationId: string, limit = 100) =>
  follow(async (cursor) => {
    const { messages, next } = await page(deps, caller, conversationId, { limit, cursor, after: { time: 0 } });
    return { items: messages, next };
  });

/** What may be done to one message; `by` names the acting user, as a service does. */
export const show = (deps: Deps, caller: Principal, messageId: string, by?: string) =>
  getMessage(deps, caller, { messageId, actingUserId: by });

export const edit = (deps: Deps, caller: Principal, messageId: string, text: string, by?: string) =>
  editMessage(deps, caller, { messageId, text, actingUserId: by });

export const unsay = (deps: Deps, caller: Principal, messageId: string, by?: string) =>
  deleteMessage(deps, caller, { messageId, actingUserId: by });

export const reactions = (deps: Deps, caller: Principal, messageId: string, by?: string) =>
  listReactions(deps, caller, { messageId, actingUserId: by });

export const react = (deps: Deps, caller: Principal, messageId: string, emoji: string, by?: string) =>
  addReaction(deps, caller, { messageId, emoji, actingUserId: by });

export const takeBack = (deps: Deps, caller: Principal, messageId: string, emoji: string, by?: string) =>
  removeReaction(deps, caller, { messageId, emoji, actingUserId: by });

export const bookmark = (deps: Deps, caller: Principal, messageId: string, by?: string) =>
  addBookmark(deps, caller, { messageId, actingUserId: by });

export const unbookmark = (deps: Deps, caller: Principal, messageId: string, by?: string) =>
  removeBookmark(deps, caller, { messageId, actingUserId: by });

export const bookmarks = (deps: Deps, caller: Principal, input: Partial<marking.ListBookmarksInput> = {}) =>
  marking.listBookmarks(deps, caller, { limit: 50, cursor: undefined, actingUserId: undefined, ...input });
