import type * as z from 'zod/mini';
import type { Participant } from '../../contract/native/participant.ts';
import * as domain from '../../domain/participant.ts';
import type { ConversationParticipant } from '../../operations/change-membership.ts';
import type { HttpResponse } from '../codec.ts';
import { isoTime } from '../time.ts';

/** A participant as the native dialect shows it. */
export const participantBody = (
  conversationId: string,
  { userId, role, joinedAt, leftAt }: domain.Participant,
): z.infer<typeof Participant> => ({
  id: domain.participantId(conversationId, userId),
  conversationId,
  userId,
  role,
  joinedAt: isoTime(joinedAt),
  leftAt: leftAt === null ? null : isoTime(leftAt),
});

/** The answer of an operation about one participant. */
export const participantAnswer =
  (status: 200 | 201) =>
  ({ conversationId, participant }: ConversationParticipant): HttpResponse => ({
    status,
    body: participantBody(conversationId, participant),
  });
