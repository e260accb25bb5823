import type * as z from 'zod/mini';
import { type Conversation, typeOf } from '../../contract/native/conversation.ts';
import { type ConversationDetail, linkOf } from '../../domain/conversation.ts';
import { isoTime } from '../time.ts';
import { participantBody } from './participant.ts';

/** A conversation as the native dialect shows it. */
export const conversationBody = (conversation: ConversationDetail): z.infer<typeof Conversation> => ({
  id: conversation.id,
  type: typeOf[conversation.kind],
  kind: conversation.kind,
  name: conversation.name,
  status: conversation.status,
  ownerId: conversation.ownerId,
  link: linkOf(conversation),
  createdAt: isoTime(conversation.createdAt),
  lastMessageAt: conversation.lastMessageAt === null ? null : isoTime(conversation.lastMessageAt),
  lastSeq: conversation.lastSeq,
  participantCount: conversation.participantCount,
  participants: conversation.participants.map((participant) => participantBody(conversation.id, participant)),
});
