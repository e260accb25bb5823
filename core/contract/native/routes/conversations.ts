import * as z from 'zod/mini';
import { limits } from '../../limits.ts';
import { acting, byId, paging, retryable } from '../../parameters.ts';
import { nothing, route } from '../../route.ts';
import { label, linkId } from '../../values.ts';
import { Conversation, CreateConversationRequest, UpdateConversationRequest } from '../conversation.ts';

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
  request: {
    query: z.object({
      ...acting,
      ...paging,
      /** What they are about: that type, that id, or both. */
      linkType: z.optional(label(limits.linkType)),
      linkId: z.optional(linkId()),
    }),
  },
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

export const updateConversation = route({
  dialect: 'native',
  method: 'PATCH',
  path: '/conversations/{id}',
  operation: 'update-conversation',
  summary: 'Rename, archive or re-open a conversation; an admin may, and either participant of a direct one',
  request: { path: byId, query: z.object(acting), body: UpdateConversationRequest },
  responses: { 200: Conversation },
});

export const removeConversation = route({
  dialect: 'native',
  method: 'DELETE',
  path: '/conversations/{id}',
  operation: 'remove-conversation',
  summary: 'Remove a conversation for everybody; its owner may',
  request: { path: byId, query: z.object(acting) },
  responses: { 204: nothing },
});
