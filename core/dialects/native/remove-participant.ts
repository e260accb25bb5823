import * as routes from '../../contract/native/routes/participants.ts';
import type { RemoveParticipantInput } from '../../operations/remove-participant.ts';
import { nativeCodec } from './codec.ts';
import { participantAnswer } from './participant.ts';

export const removeParticipant = nativeCodec(routes.removeParticipant, {
  decode: ({ path, query }): RemoveParticipantInput => ({
    conversationId: path.id,
    userId: path.userId,
    actingUserId: query.userId,
  }),
  encode: participantAnswer(200),
});
