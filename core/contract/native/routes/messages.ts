import * as z from 'zod/mini';
import { acting, byId, paging, retryable } from '../../parameters.ts';
import { nothing, route } from '../../route.ts';
import { point } from '../../values.ts';
import { EditMessageRequest, Message, SendMessageRequest } from '../message.ts';

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
        ...paging,
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

export const getMessage = route({
  dialect: 'native',
  method: 'GET',
  path: '/messages/{id}',
  operation: 'get-message',
  summary: 'Get one message',
  request: { path: byId, query: z.object(acting) },
  responses: { 200: Message },
});

export const editMessage = route({
  dialect: 'native',
  method: 'PATCH',
  path: '/messages/{id}',
  operation: 'edit-message',
  summary: "Change the text of one's own message",
  request: { path: byId, query: z.object(acting), body: EditMessageRequest },
  responses: { 200: Message },
});

export const deleteMessage = route({
  dialect: 'native',
  method: 'DELETE',
  path: '/messages/{id}',
  operation: 'delete-message',
  summary: 'Delete a message: it keeps its place, without its text',
  request: { path: byId, query: z.object(acting) },
  responses: { 204: nothing },
});
