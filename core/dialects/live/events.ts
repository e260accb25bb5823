import type * as z from 'zod/mini';
import type { Event } from '../../contract/live/event.ts';
import * as events from '../../contract/live/events.ts';
import type { LiveMessage } from '../../contract/live/values.ts';
import type { ConversationDetail } from '../../domain/conversation.ts';
import type { Message } from '../../domain/message.ts';
import type { Participant } from '../../domain/participant.ts';
import type { UserId } from '../../domain/principal.ts';
import type { Reaction } from '../../domain/reaction.ts';
import type { Read } from '../../operations/mark-read.ts';
import { conversationBody } from '../native/conversation.ts';
import { participantBody } from '../native/participant.ts';
import { reactionBody } from '../native/reaction.ts';
import { readBody } from '../native/read.ts';
import { eventFrame } from './event.ts';
import { liveMessageBody } from './message.ts';

/**
 * The frames that tell of what happens in a conversation, as text. `at` is when it was written, in Unix milliseconds; where
 * it is not asked for, what is told of says it.
 */
type OfMessage = z.ZodMiniObject<{ message: typeof LiveMessage }>;
const ofMessage = (event: Event<OfMessage>, message: Message, at: number): string =>
  eventFrame(event, {
    conversationId: message.conversationId,
    seq: message.seq,
    at,
    data: { message: liveMessageBody(message) },
  });

export const messageCreated = (message: Message): string =>
  ofMessage(events.messageCreated, message, message.createdAt);

export const messageUpdated = (message: Message): string =>
  ofMessage(events.messageUpdated, message, message.editedAt ?? message.createdAt);

export const messageDeleted = (message: Message): string =>
  ofMessage(events.messageDeleted, message, message.deletedAt ?? message.createdAt);

/** @param revision the message's, which the reaction made */
export const reactionAdded = ({ conversationId, seq }: Message, reaction: Reaction, revision: number): string =>
  eventFrame(events.reactionAdded, {
    conversationId,
    seq,
    at: reaction.createdAt,
    data: { reaction: reactionBody(reaction), revision },
  });

/** @param revision the message's, which the removal made */
export const reactionRemoved = (
  { conversationId, seq }: Message,
  reaction: Reaction,
  revision: number,
  at: number,
): string =>
  eventFrame(events.reactionRemoved, {
    conversationId,
    seq,
    at,
    data: { reaction: reactionBody(reaction), revision },
  });

export const conversationCreated = (conversation: ConversationDetail, at: number): string =>
  eventFrame(events.conversationCreated, {
    conversationId: conversation.id,
    at,
    data: { conversation: conversationBody(conversation) },
  });

export const conversationUpdated = (conversation: ConversationDetail, at: number): string =>
  eventFrame(events.conversationUpdated, {
    conversationId: conversation.id,
    at,
    data: { conversation: conversationBody(conversation) },
  });

export const conversationRemoved = (conversationId: string, at: number): string =>
  eventFrame(events.conversationRemoved, { conversationId, at, data: { conversationId } });

export const participantJoined = (conversationId: string, participant: Participant): string =>
  eventFrame(events.participantJoined, {
    conversationId,
    at: participant.joinedAt,
    data: { participant: participantBody(conversationId, participant) },
  });

export const participantLeft = (conversationId: string, participant: Participant): string =>
  eventFrame(events.participantLeft, {
    conversationId,
    at: participant.leftAt ?? participant.joinedAt,
    data: { participant: participantBody(conversationId, participant) },
  });

export const conversationRead = (read: Read): string =>
  eventFrame(events.conversationRead, {
    conversationId: read.conversationId,
    at: read.at,
    data: { read: readBody(read) },
  });

export const typing = (conversationId: string, userId: UserId, isTyping: boolean, at: number): string =>
  eventFrame(events.typing, { conversationId, at, data: { userId, typing: isTyping } });
