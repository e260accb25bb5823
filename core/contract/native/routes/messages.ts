import * as z from 'zod/mini';
import { route } from '../../route.ts';
import { point } from '../../values.ts';
import { Message, SendMessageRequest } from '../message.ts';
import { acting, byId, paging, retryable } from './parameters.ts';

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
