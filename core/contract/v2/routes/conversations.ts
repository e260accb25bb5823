import * as z from 'zod/mini';
import { limits } from '../../limits.ts';
import { acting, retryable } from '../../parameters.ts';
import { route } from '../../route.ts';
import { countOr, label, uuid } from '../../values.ts';
import { Conversation, ConversationCreate, ConversationUpdate } from '../conversation.ts';
import { byConversation } from './parameters.ts';

export const listConversations = route({
  dialect: 'v2',
  method: 'GET',
  path: '/api/v2/conversations',
  operation: 'list-conversations',
  summary: "List the caller's conversations, newest created first, each with its latest messages",
  request: {
    query: z.object({
      ...acting,
      organization_id: z.optional(uuid()),
      entity_type: z.optional(label(limits.linkType)),
      entity_id: z.optional(uuid()),
      page: countOr(1),
      limit: countOr(limits.pageDefault, limits.pageMost),
    }),
  },
  responses: { 200: z.array(Conversation) },
});

export const getConversation = route({
  dialect: 'v2',
  method: 'GET',
  path: '/api/v2/conversations/{conversation_id}',
  operation: 'get-conversation',
  summary: 'Get one conversation with its messages',
  request: { path: byConversation, query: z.object(acting) },
  responses: { 200: Conversation },
});

export const createConversation = route({
  dialect: 'v2',
  method: 'POST',
  path: '/api/v2/conversations',
  operation: 'create-conversation',
  summary: 'Create a conversation; of a direct one that exists already, answer that one with 200',
  request: { query: z.object(acting), headers: retryable, body: ConversationCreate },
  responses: { 201: Conversation, 200: Conversation },
});

export const updateConversation = route({
  dialect: 'v2',
  method: 'PATCH',
  path: '/api/v2/conversations/{conversation_id}',
  operation: 'update-conversation',
  summary: 'Change the subject of a conversation, archive it or open it again; any participant may',
  request: { path: byConversation, query: z.object(acting), body: ConversationUpdate },
  responses: { 200: Conversation },
});
