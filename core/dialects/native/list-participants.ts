import * as routes from '../../contract/native/routes/participants.ts';
import type { ListParticipantsInput, ParticipantPage } from '../../operations/list-participants.ts';
import { nativeCodec, nextPage } from './codec.ts';
import { listInput } from './list-input.ts';
import { participantBody } from './participant.ts';

export const listParticipants = nativeCodec(routes.listParticipants, {
  decode: ({ path, query }): ListParticipantsInput => ({
    ...listInput({ query }),
    conversationId: path.id,
  }),
  encode: ({ conversationId, participants, next }: ParticipantPage, request) => ({
    status: 200,
    headers: nextPage(routes.listParticipants, request, next),
    body: participants.map((participant) => participantBody(conversationId, participant)),
  }),
});
