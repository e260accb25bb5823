import * as z from 'zod/mini';
import { acting, byId } from '../../parameters.ts';
import { route } from '../../route.ts';
import { emoji, uuid } from '../../values.ts';
import { AddReactionRequest, Reaction } from '../reaction.ts';

export const listReactions = route({
  dialect: 'native',
  method: 'GET',
  path: '/messages/{id}/reactions',
  operation: 'list-reactions',
  summary: 'List the reactions to a message, oldest first',
  request: { path: byId, query: z.object(acting) },
  responses: { 200: z.array(Reaction) },
});

export const addReaction = route({
  dialect: 'native',
  method: 'POST',
  path: '/messages/{id}/reactions',
  operation: 'add-reaction',
  summary: 'React to a message; the same again is answered by the reaction there is, with 200',
  request: { path: byId, query: z.object(acting), body: AddReactionRequest },
  responses: { 201: Reaction, 200: Reaction },
});

export const removeReaction = route({
  dialect: 'native',
  method: 'DELETE',
  path: '/messages/{id}/reactions/{emoji}',
  operation: 'remove-reaction',
  summary: "Take back one's own reaction",
  request: { path: z.object({ id: uuid(), emoji: emoji() }), query: z.object(acting) },
  responses: { 200: Reaction },
});
