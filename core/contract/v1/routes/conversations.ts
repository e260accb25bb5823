import * as z from 'zod/mini';
import { acting, retryable } from '../../parameters.ts';
import { route } from '../../route.ts';
import { uuid } from '../../values.ts';
import { Conversation, CreateConversationRequest, TaggedConversation } from '../conversation.ts';
import { Message } from '../message.ts';
import { PageMeta } from '../values.ts';
import { paged } from './parameters.ts';

const Created = z.object({ message: z.string(), data: Conversation });

export const createConversation = route({
  dialect: 'v1',
  method: 'POST',
  path: '/api/v1/chat/conversations',
  operation: 'create-conversation',
  summary: 'Create a conversation with somebody who is known; if there is one already, answer that one with 200',
  request: { query: z.object(acting), headers: retryable, body: CreateConversationRequest },
  responses: { 201: Created, 200: Created },
});

export const listConversations = route({
  dialect: 'v1',
  method: 'GET',
  path: '/api/v1/chat/conversations',
  operation: 'list-conversations',
  summary: "List the caller's conversations, that with the last message first",
  request: { query: z.object(paged) },
  responses: { 200: z.object({ data: z.array(TaggedConversation), meta: PageMeta }) },
});

export const listMessages = route({
  dialect: 'v1',
  method: 'GET',
  path: '/api/v1/chat/conversations/{uuid}/messages',
  operation: 'list-messages',
  summary: 'List the messages of a conversation, oldest first',
  request: { path: z.object({ uuid: uuid() }), query: z.object(paged) },
  responses: { 200: z.object({ data: z.array(Message), conversation: TaggedConversation, meta: PageMeta }) },
  headers: { 'x-messages-truncated': '`true` where the largest messages are without some of what they have' },
});
