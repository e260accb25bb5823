import * as z from 'zod/mini';
import { limits } from '../../limits.ts';
import { Conversation, CreateConversationRequest } from '../../native/conversation.ts';
import { Participant } from '../../native/participant.ts';
import { uuid } from '../../values.ts';
import { action } from '../action.ts';
import { acting, done, ListedConversation, nextPage, ofConversation, ofPage, PresentParticipant } from '../values.ts';

export const listConversations = action({
  name: 'listConversations',
  operation: 'list-conversations',
  summary: "List the user's conversations, most recently active first",
  data: z.object(ofPage),
  ack: z.object({ conversations: z.array(ListedConversation), ...nextPage }),
});

export const createConversation = action({
  name: 'createConversation',
  operation: 'create-conversation',
  summary: 'Create a conversation; of a direct one that exists already, that one',
  data: z.intersection(CreateConversationRequest, z.object(acting)),
  ack: z.object({ conversation: Conversation }),
});

export const inviteToConversation = action({
  name: 'inviteToConversation',
  operation: 'invite-to-conversation',
  summary: 'Add users to a group; those who take part already are passed over',
  data: z.object({
    ...ofConversation,
    userIds: z.array(uuid(), 'must be an array of user ids').check(
      z.minLength(1, 'must name at least one user'),
      z.maxLength(limits.usersInInvite, `must name at most ${limits.usersInInvite} users`),
      z.refine((ids) => new Set(ids).size === ids.length, 'must not name a user twice'),
    ),
    role: z.nullish(z.enum(['member', 'admin'], 'must be "member" or "admin"')),
  }),
  ack: z.object({ participants: z.array(Participant) }),
});

export const leaveConversation = action({
  name: 'leaveConversation',
  operation: 'leave-conversation',
  summary: 'Leave a conversation; when its owner leaves it is removed',
  data: z.object(ofConversation),
  ack: done(),
});

export const removeConversation = action({
  name: 'removeConversation',
  operation: 'remove-conversation',
  summary: 'Remove a conversation for everybody; its owner may',
  data: z.object(ofConversation),
  ack: done(),
});

export const getConversationParticipants = action({
  name: 'getConversationParticipants',
  operation: 'get-conversation-participants',
  summary: 'List who takes part, and who of them is active',
  data: z.object({ ...ofConversation, ...ofPage }),
  ack: z.object({ participants: z.array(PresentParticipant), ...nextPage }),
});
