import type { Role } from '../../core/domain/participant.ts';
import type { Principal, UserId } from '../../core/domain/principal.ts';
import * as adding from '../../core/operations/add-participant.ts';
import * as ranking from '../../core/operations/change-role.ts';
import * as creating from '../../core/operations/create-conversation.ts';
import type { Deps } from '../../core/operations/deps.ts';
import * as getting from '../../core/operations/get-conversation.ts';
import * as counting from '../../core/operations/get-unread-count.ts';
import * as leaving from '../../core/operations/leave-conversation.ts';
import * as listing from '../../core/operations/list-conversations.ts';
import * as paging from '../../core/operations/list-messages.ts';
import * as reading from '../../core/operations/mark-read.ts';
import * as ending from '../../core/operations/remove-conversation.ts';
import * as removing from '../../core/operations/remove-participant.ts';
import * as sending from '../../core/operations/send-message.ts';
import * as updating from '../../core/operations/update-conversation.ts';

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

export const send = (
  deps: Deps,
  caller: Principal,
  conversationId: string,
  text: string,
  input: Partial<sending.SendMessageInput> = {},
) =>
  sending.sendMessage(deps, caller, {
    conversationId,
    text,
    replyToMessageId: null,
    clientMessageId: null,
    actingUserId: undefined,
    idempotencyKey: undefined,
    ...input,
  });

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
export async function allMessages(deps: Deps, caller: Principal, conversationId: string, limit = 100) {
  const found: Awaited<ReturnType<typeof page>>['messages'][number][] = [];
  let cursor: string | undefined;
  do {
    const { messages, next } = await page(deps, caller, conversationId, { limit, cursor, after: { time: 0 } });
    found.push(...messages);
    cursor = next;
  } while (cursor !== undefined);
  return found;
}
