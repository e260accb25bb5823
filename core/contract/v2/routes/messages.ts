import * as z from 'zod/mini';
import { limits } from '../../limits.ts';
import { acting, retryable } from '../../parameters.ts';
import { route } from '../../route.ts';
import { count } from '../../values.ts';
import { Message, MessageCreate } from '../message.ts';
import { byConversation } from './parameters.ts';

export const sendMessage = route({
  dialect: 'v2',
  method: 'POST',
  path: '/api/v2/conversations/{conversation_id}/messages',
  operation: 'send-message',
  summary: 'Send a message',
  request: { path: byConversation, query: z.object(acting), headers: retryable, body: MessageCreate },
  responses: { 201: Message },
});

export const listMessages = route({
  dialect: 'v2',
  method: 'GET',
  path: '/api/v2/conversations/{conversation_id}/messages',
  operation: 'list-messages',
  summary: 'List messages, oldest first: all for which there is room, or a page of them',
  request: {
    path: byConversation,
    query: z.object({ ...acting, page: count(), limit: count(limits.pageMost) }),
  },
  responses: { 200: z.array(Message) },
  headers: { 'x-messages-truncated': '`true` where there is no room for older messages' },
});
