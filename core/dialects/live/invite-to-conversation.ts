import * as actions from '../../contract/live/actions/conversations.ts';
import type { Invited, InviteToConversationInput } from '../../operations/invite-to-conversation.ts';
import { participantBody } from '../native/participant.ts';
import { liveCodec } from './codec.ts';
import { conversationInput } from './conversation-input.ts';

export const inviteToConversation = liveCodec(actions.inviteToConversation, {
  decode: (data): InviteToConversationInput => ({
    ...conversationInput(data),
    userIds: data.userIds,
    role: data.role ?? 'member',
  }),
  encode: ({ conversationId, participants }: Invited) => ({
    participants: participants.map((participant) => participantBody(conversationId, participant)),
  }),
});
