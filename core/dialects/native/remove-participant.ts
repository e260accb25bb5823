import * as routes from '../../contract/native/routes/participants.ts';
import type { ConversationParticipant } from '../../operations/change-membership.ts';
import type { RemoveParticipantInput } from '../../operations/remove-participant.ts';
import { nativeCodec } from './codec.ts';
import { participantBody } from './participant.ts';

export const removeParticipant = nativeCodec(routes.removeParticipant, {
  decode: ({ path, query }): RemoveParticipantInput => ({
    conversationId: path.id,
    userId: path.userId,
    actingUserId: query.userId,
  }),
  encode: ({ conversationId, participant }: ConversationParticipant) => ({
    status: 200,
    body: participantBody(conversationId, participant),
  }),
});
