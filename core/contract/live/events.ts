import * as z from 'zod/mini';
import { Conversation } from '../native/conversation.ts';
import { Participant } from '../native/participant.ts';
import { Profile } from '../native/profile.ts';
import { Reaction } from '../native/reaction.ts';
import { ConversationRead } from '../native/read.ts';
import { uuid } from '../values.ts';
import { event } from './event.ts';
import { ListedConversation, LiveMessage } from './values.ts';

const toParticipants = 'all participants';
const toActiveUsers = 'all active users of the organization';

const ofUsers = z.object({ users: z.array(Profile) });
const ofOneConversation = z.object({ conversation: Conversation });
const ofParticipant = z.object({ participant: Participant });
const ofMessage = z.object({ message: LiveMessage });
const ofReaction = z.object({ reaction: Reaction, revision: z.int().check(z.minimum(1)) });

export const sessionWelcome = event({
  name: 'session.welcome',
  summary: 'The socket is open',
  audience: 'the new socket',
  data: z.object({
    user: Profile,
    activeUsers: z.array(Profile),
    activeUsersCursor: z.optional(z.string()),
    conversations: z.array(ListedConversation),
    conversationsCursor: z.optional(z.string()),
  }),
});

export const userConnected = event({
  name: 'user.connected',
  summary: 'The first socket of each of these users has opened',
  audience: `${toActiveUsers}, those included; of a user's further socket, that socket alone`,
  data: ofUsers,
});

export const userDisconnected = event({
  name: 'user.disconnected',
  summary: 'The last socket of each of these users is gone',
  audience: toActiveUsers,
  data: ofUsers,
});

export const conversationCreated = event({
  name: 'conversation.created',
  summary: 'You take part in this conversation from now on',
  audience: 'all participants; when users are added, those and who created it',
  data: ofOneConversation,
});

export const conversationUpdated = event({
  name: 'conversation.updated',
  summary: "The conversation's name, its status, its owner or somebody's role changed",
  audience: toParticipants,
  data: ofOneConversation,
});

export const conversationRemoved = event({
  name: 'conversation.removed',
  summary: 'The conversation is gone for everybody',
  audience: toParticipants,
  data: z.object({ conversationId: uuid() }),
});

export const participantJoined = event({
  name: 'participant.joined',
  summary: 'Somebody takes part from now on',
  audience: 'the participants who were there, without who created the conversation',
  data: ofParticipant,
});

export const participantLeft = event({
  name: 'participant.left',
  summary: 'Somebody no longer takes part',
  audience: 'all participants, and who left',
  data: ofParticipant,
});

export const messageCreated = event({
  name: 'message.created',
  summary: 'There is a new message',
  audience: toParticipants,
  data: ofMessage,
});

export const messageUpdated = event({
  name: 'message.updated',
  summary: 'The text of a message was edited',
  audience: toParticipants,
  data: ofMessage,
});

export const messageDeleted = event({
  name: 'message.deleted',
  summary: 'A message was deleted; it keeps its place, without its text',
  audience: toParticipants,
  data: ofMessage,
});

export const reactionAdded = event({
  name: 'reaction.added',
  summary: 'Somebody reacted to a message',
  audience: toParticipants,
  data: ofReaction,
});

export const reactionRemoved = event({
  name: 'reaction.removed',
  summary: 'Somebody took a reaction back',
  audience: toParticipants,
  data: ofReaction,
});

export const conversationRead = event({
  name: 'conversation.read',
  summary: 'Somebody has read further',
  audience: toParticipants,
  data: z.object({ read: ConversationRead }),
});

export const typing = event({
  name: 'typing',
  summary: 'Somebody is writing, or no longer is',
  audience: 'the other participants',
  data: z.object({ userId: uuid(), typing: z.boolean() }),
});
