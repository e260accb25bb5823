import * as z from 'zod/mini';
import { acting, retryable } from '../../parameters.ts';
import { route } from '../../route.ts';
import { uuid } from '../../values.ts';
import { AddReactionRequest, Message, SendMessageRequest } from '../message.ts';

const byMessage = z.object({ messageId: uuid() });

const Done = z.object({ message: z.string() });

export const sendMessage = route({
  dialect: 'v1',
  method: 'POST',
  path: '/api/v1/chat/messages',
  operation: 'send-message',
  summary: 'Send a message to the other participant of a conversation',
  request: { query: z.object(acting), headers: retryable, body: SendMessageRequest },
  responses: { 201: z.object({ message: z.string(), data: Message }) },
});

export const markRead = route({
  dialect: 'v1',
  method: 'PATCH',
  path: '/api/v1/chat/messages/{messageId}/read',
  operation: 'mark-read',
  summary: 'Mark a message that one has received as read, and all before it',
  request: { path: byMessage, query: z.object(acting) },
  responses: { 200: Done },
});

export const addReaction = route({
  dialect: 'v1',
  method: 'POST',
  path: '/api/v1/chat/messages/{messageId}/reactions',
  operation: 'add-reaction',
  summary: 'React to a message',
  request: { path: byMessage, query: z.object(acting), body: AddReactionRequest },
  responses: { 200: Done },
});
