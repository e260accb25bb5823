import * as z from 'zod/mini';
import { acting, byId, paging, retryable } from '../../parameters.ts';
import { route } from '../../route.ts';
import { uuid } from '../../values.ts';
import { AddParticipantRequest, ChangeRoleRequest, Participant } from '../participant.ts';

/** A user's part in a conversation: whom `userId` in the path names is never the acting user. */
const byUser = z.object({ id: uuid(), userId: uuid() });

export const listParticipants = route({
  dialect: 'native',
  method: 'GET',
  path: '/conversations/{id}/participants',
  operation: 'list-participants',
  summary: 'List the active participants, in the order of their user ids',
  request: { path: byId, query: z.object({ ...acting, ...paging }) },
  responses: { 200: z.array(Participant) },
  paged: true,
});

export const addParticipant = route({
  dialect: 'native',
  method: 'POST',
  path: '/conversations/{id}/participants',
  operation: 'add-participant',
  summary: 'Add a user to a group; an admin may',
  request: { path: byId, query: z.object(acting), headers: retryable, body: AddParticipantRequest },
  responses: { 201: Participant },
});

export const changeRole = route({
  dialect: 'native',
  method: 'PATCH',
  path: '/conversations/{id}/participants/{userId}',
  operation: 'change-role',
  summary: 'Make a participant of a group an admin, or a member; an admin may',
  request: { path: byUser, query: z.object(acting), body: ChangeRoleRequest },
  responses: { 200: Participant },
});

export const removeParticipant = route({
  dialect: 'native',
  method: 'DELETE',
  path: '/conversations/{id}/participants/{userId}',
  operation: 'remove-participant',
  summary: 'Remove a participant from a group; an admin may, and everybody may remove themselves',
  request: { path: byUser, query: z.object(acting) },
  responses: { 200: Participant },
});

export const leaveConversation = route({
  dialect: 'native',
  method: 'POST',
  path: '/conversations/{id}/leave',
  operation: 'leave-conversation',
  summary: 'Leave a conversation',
  request: { path: byId, query: z.object(acting) },
  responses: { 200: Participant },
});
