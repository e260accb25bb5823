import * as z from 'zod/mini';
import { route } from '../route.ts';
import { cursor, idempotencyKey, pageLimit, point, uuid } from '../values.ts';
import { Conversation, CreateConversationRequest } from './conversation.ts';
import { Message, SendMessageRequest } from './message.ts';

/** `?userId=` names the acting user on any route that has one. */
const acting = { userId: z.optional(uuid()) };
const byId = z.object({ id: uuid() });
const retryable = z.object({ 'idempotency-key': z.optional(idempotencyKey()) });

export const health = route({
  dialect: 'native',
  method: 'GET',
  path: '/health',
  operation: 'health',
  summary: 'Tell whether the service answers',
  public: true,
  request: {},
  responses: { 200: z.object({ status: z.literal('ok') }) },
});

export const createConversation = route({
  dialect: 'native',
  method: 'POST',
  path: '/conversations',
  operation: 'create-conversation',
  summary: 'Create a conversation; of a direct one that exists already, answer that one with 200',
  request: { query: z.object(acting), headers: retryable, body: CreateConversationRequest },
  responses: { 201: Conversation, 200: Conversation },
});

export const listConversations = route({
  dialect: 'native',
  method: 'GET',
  path: '/conversations',
  operation: 'list-conversations',
  summary: "List a user's conversations, most recently active first",
  request: { query: z.object({ ...acting, limit: pageLimit(), cursor: z.optional(cursor()) }) },
  responses: { 200: z.array(Conversation) },
  paged: true,
});

export const getConversation = route({
  dialect: 'native',
  method: 'GET',
  path: '/conversations/{id}',
  operation: 'get-conversation',
  summary: 'Get one conversation with its participants',
  request: { path: byId, query: z.object(acting) },
  responses: { 200: Conversation },
});

export const sendMessage = route({
  dialect: 'native',
  method: 'POST',
  path: '/conversations/{id}/messages',
  operation: 'send-message',
  summary: 'Send a message',
  request: { path: byId, query: z.object(acting), headers: retryable, body: SendMessageRequest },
  responses: { 201: Message },
});

export const listMessages = route({
  dialect: 'native',
  method: 'GET',
  path: '/conversations/{id}/messages',
  operation: 'list-messages',
  summary: 'List messages: newest first, or with `after` oldest first',
  request: {
    path: byId,
    query: z
      .object({
        ...acting,
        limit: pageLimit(),
        cursor: z.optional(cursor()),
        before: z.optional(point()),
        after: z.optional(point()),
      })
      .check(
        z.refine((query) => query.before === undefined || query.after === undefined, {
          error: 'cannot be combined with before',
          path: ['after'],
        }),
      ),
  },
  responses: { 200: z.array(Message) },
  paged: true,
});

/** The native dialect, in the order in which its documentation shows it. */
export const nativeRoutes = [createConversation, listConversations, getConversation, sendMessage, listMessages, health];
