import * as routes from '../../contract/native/routes/participants.ts';
import type { AddParticipantInput } from '../../operations/add-participant.ts';
import { nativeCodec } from './codec.ts';
import { participantAnswer } from './participant.ts';

export const addParticipant = nativeCodec(routes.addParticipant, {
  decode: ({ path, query, headers, body }): AddParticipantInput => ({
    conversationId: path.id,
    userId: body.userId,
    role: body.role ?? 'member',
    actingUserId: query.userId,
    idempotencyKey: headers['idempotency-key'],
  }),
  encode: participantAnswer(201),
});
