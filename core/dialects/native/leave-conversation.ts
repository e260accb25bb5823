import * as routes from '../../contract/native/routes/participants.ts';
import type { ConversationParticipant } from '../../operations/change-membership.ts';
import type { LeaveConversationInput } from '../../operations/leave-conversation.ts';
import { nativeCodec } from './codec.ts';
import { participantBody } from './participant.ts';

export const leaveConversation = nativeCodec(routes.leaveConversation, {
  decode: ({ path, query }): LeaveConversationInput => ({
    conversationId: path.id,
    actingUserId: query.userId,
  }),
  encode: ({ conversationId, participant }: ConversationParticipant) => ({
    status: 200,
    body: participantBody(conversationId, participant),
  }),
});
