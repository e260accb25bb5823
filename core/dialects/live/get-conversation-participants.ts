import * as actions from '../../contract/live/actions/conversations.ts';
import type { PresentParticipantPage } from '../../operations/list-present-participants.ts';
import { participantBody } from '../native/participant.ts';
import { liveCodec } from './codec.ts';
import { pageInput } from './page-input.ts';

export const getConversationParticipants = liveCodec(actions.getConversationParticipants, {
  decode: (data) => ({ ...pageInput(data), conversationId: data.conversationId }),
  encode: ({ conversationId, participants, next }: PresentParticipantPage) => ({
    participants: participants.map((participant) => ({
      ...participantBody(conversationId, participant),
      active: participant.isActive,
    })),
    cursor: next,
  }),
});
