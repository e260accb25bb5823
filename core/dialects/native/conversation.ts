import type * as z from 'zod/mini';
import type { Conversation, Participant } from '../../contract/native/conversation.ts';
import type { ConversationDetail } from '../../domain/conversation.ts';
import * as domain from '../../domain/participant.ts';
import { isoTime } from './codec.ts';

/** A conversation as the native dialect shows it. */
export const conversationBody = (conversation: ConversationDetail): z.infer<typeof Conversation> => ({
  id: conversation.id,
  type: conversation.kind,
  kind: conversation.kind,
  name: conversation.name,
  status: conversation.status,
  ownerId: conversation.ownerId,
  link: conversation.link,
  createdAt: isoTime(conversation.createdAt),
  lastMessageAt: conversation.lastMessageAt === null ? null : isoTime(conversation.lastMessageAt),
  lastSeq: conversation.lastSeq,
  participantCount: conversation.participantCount,
  participants: conversation.participants.map((participant) => participantBody(conversation.id, participant)),
});

const participantBody = (
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
