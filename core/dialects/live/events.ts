import * as events from '../../contract/live/events.ts';
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

// The frames that tell of what happens in a conversation, as text. `at` is when it was written, in Unix milliseconds; where
// it is not asked for, what is told of says it.

type MessageEvent = typeof events.messageCreated | typeof events.messageUpdated | typeof events.messageDeleted;
const ofMessage = (event: MessageEvent, message: Message, at: number): string =>
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

type ReactionEvent = typeof events.reactionAdded | typeof events.reactionRemoved;
const ofReaction = (
  event: ReactionEvent,
  { conversationId, seq }: Message,
  reaction: Reaction,
  revision: number,
  at: number,
): string => eventFrame(event, { conversationId, seq, at, data: { reaction: reactionBody(reaction), revision } });

/** @param revision the message's, which the reaction made */
export const reactionAdded = (message: Message, reaction: Reaction, revision: number): string =>
  ofReaction(events.reactionAdded, message, reaction, revision, reaction.createdAt);

/** @param revision the message's, which the removal made */
export const reactionRemoved = (message: Message, reaction: Reaction, revision: number, at: number): string =>
  ofReaction(events.reactionRemoved, message, reaction, revision, at);

type ConversationEvent = typeof events.conversationCreated | typeof events.conversationUpdated;
const ofConversation =
  (event: ConversationEvent) =>
  (conversation: ConversationDetail, at: number): string =>
    eventFrame(event, {
      conversationId: conversation.id,
      at,
      data: { conversation: conversationBody(conversation) },
    });

export const conversationCreated = ofConversation(events.conversationCreated);

export const conversationUpdated = ofConversation(events.conversationUpdated);

export const conversationRemoved = (conversationId: string, at: number): string =>
  eventFrame(events.conversationRemoved, { conversationId, at, data: { conversationId } });

type ParticipantEvent = typeof events.participantJoined | typeof events.participantLeft;
const ofParticipant = (event: ParticipantEvent, conversationId: string, participant: Participant, at: number): string =>
  eventFrame(event, { conversationId, at, data: { participant: participantBody(conversationId, participant) } });

export const participantJoined = (conversationId: string, participant: Participant): string =>
  ofParticipant(events.participantJoined, conversationId, participant, participant.joinedAt);

export const participantLeft = (conversationId: string, participant: Participant): string =>
  ofParticipant(events.participantLeft, conversationId, participant, participant.leftAt ?? participant.joinedAt);

export const conversationRead = (read: Read): string =>
  eventFrame(events.conversationRead, {
    conversationId: read.conversationId,
    at: read.at,
    data: { read: readBody(read) },
  });

export const typing = (conversationId: string, userId: UserId, isTyping: boolean, at: number): string =>
  eventFrame(events.typing, { conversationId, at, data: { userId, typing: isTyping } });
