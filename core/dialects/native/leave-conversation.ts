import * as routes from '../../contract/native/routes/participants.ts';
import type { LeaveConversationInput } from '../../operations/leave-conversation.ts';
import { nativeCodec } from './codec.ts';
import { participantAnswer } from './participant.ts';

export const leaveConversation = nativeCodec(routes.leaveConversation, {
  decode: ({ path, query }): LeaveConversationInput => ({
    conversationId: path.id,
    actingUserId: query.userId,
  }),
  encode: participantAnswer(200),
});
