import * as z from 'zod/mini';
import { acting, byId } from '../../parameters.ts';
import { route } from '../../route.ts';
import { ConversationRead, MarkReadRequest } from '../read.ts';

export const markRead = route({
  dialect: 'native',
  method: 'POST',
  path: '/conversations/{id}/read',
  operation: 'mark-read',
  summary: 'Mark all messages up to one as read; a position never moves backwards',
  request: { path: byId, query: z.object(acting), body: MarkReadRequest },
  responses: { 200: z.object({ status: z.literal('ok'), read: ConversationRead }) },
});

export const getUnreadCount = route({
  dialect: 'native',
  method: 'GET',
  path: '/conversations/{id}/unread-count',
  operation: 'get-unread-count',
  summary: 'Count the messages of others that a user has not read',
  request: { path: byId, query: z.object(acting) },
  responses: { 200: z.object({ unreadCount: z.int().check(z.minimum(0)) }) },
});
