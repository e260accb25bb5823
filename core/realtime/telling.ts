import { conversationCreated, messageCreated } from '../dialects/live/events.ts';
import type { ConversationDetail } from '../domain/conversation.ts';
import { type Message, seenBy } from '../domain/message.ts';
import { detailOf } from '../operations/conversation-access.ts';
import type { FoundConversation } from '../store/conversations.ts';
import type { Listener } from './audience.ts';

/** What one of an audience is to hear: frames in their order; none where it is to hear nothing. */
export type Telling = (listener: Listener) => readonly string[];

/** A conversation as an event shows it: with its participants, unless they are many. */
export const shown = ({
  conversation,
  roster,
}: Pick<FoundConversation, 'conversation' | 'roster'>): ConversationDetail =>
  detailOf({ conversation, roster, own: undefined });

/** Tells everybody the same. */
export const tellingAll =
  (...frames: readonly string[]): Telling =>
  () =>
    frames;

/** Tells of a message as each may see it: its sender also under which key it was sent. */
export function tellingMessage(message: Message, frameOf: (message: Message) => string): Telling {
  const toOthers = [frameOf(seenBy(undefined, message))];
  const toSender = message.clientMessageId === null ? toOthers : [frameOf(message)];
  return ({ userId }) => (userId === message.senderId ? toSender : toOthers);
}

/** Tells only those who took part at some time, in Unix milliseconds, or earlier. */
export const tellingSince =
  (at: number, telling: Telling): Telling =>
  (listener) =>
    listener.joinedAt <= at ? telling(listener) : [];

/**
 * Tells of a new message those who took part when it was written.
 * @param first what they are to hear before it
 */
export function tellingNew(message: Message, first: Telling = tellingAll()): Telling {
  const created = tellingMessage(message, messageCreated);
  return tellingSince(message.createdAt, (listener) => [...first(listener), ...created(listener)]);
}

/** Tells of a new reply; with the first one, of the conversation that it makes. */
export const tellingReply = (message: Message, conversation: ConversationDetail): Telling =>
  tellingNew(
    message,
    message.seq === 1 ? tellingAll(conversationCreated(conversation, conversation.createdAt)) : undefined,
  );
