import { type Conversation, lastActivityAt } from './conversation.ts';
import { messageId, nextCreatedAt, tailOf } from './ids.ts';
import type { DeviceType, MessageContext } from './message-context.ts';
import type { UserId } from './principal.ts';
import type { Reaction } from './reaction.ts';

/** What a system message tells of. */
export type SystemEvent = 'join' | 'leave';

/** A message as it stands. Times are Unix milliseconds. */
export interface Message {
  readonly id: string;
  readonly conversationId: string;
  readonly senderId: UserId | null;
  /** What a system message tells of, and of whom; null for what people write. */
  readonly systemEvent: SystemEvent | null;
  readonly subjectId: UserId | null;
  /** Null once deleted. */
  readonly text: string | null;
  readonly replyToMessageId: string | null;
  /** The conversation of replies that hangs on it, once there is one. */
  readonly replyConversationId: string | null;
  readonly createdAt: number;
  /** 1, 2, 3 … within the conversation. */
  readonly seq: number;
  /** Its position among the messages that people wrote; system messages repeat the one before. */
  readonly ordinal: number;
  readonly revision: number;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
  readonly reactions: readonly Reaction[];
  readonly clientMessageId: string | null;
  /** Null of what was sent as text alone. */
  readonly context: MessageContext | null;
}

/** What its author decides of a message. */
export interface Draft {
  readonly senderId: UserId;
  readonly text: string;
  readonly replyToMessageId: string | null;
  readonly clientMessageId: string | null;
  readonly context?: MessageContext | undefined;
  /** The other participant of a direct conversation, of a message that is for nobody else. */
  readonly receiverId?: UserId | undefined;
}

/**
 * The message that a draft becomes when it is the next one in its conversation.
 * @param now the writer's clock, in Unix milliseconds
 */
export const nextMessage = (
  conversation: Conversation,
  { senderId, text, replyToMessageId, clientMessageId, context }: Draft,
  now: number,
): Message => ({
  ...place(conversation, now),
  senderId,
  text,
  replyToMessageId,
  clientMessageId,
  context: context ?? null,
  systemEvent: null,
  subjectId: null,
  ordinal: conversation.lastOrdinal + 1,
});

/**
 * The message that tells of a join or a leave when it is the next one in its conversation. It is nobody's, and unread
 * counts pass over it. A join is later than everything before it, so that its time parts what was written before from the
 * rest.
 * @param now the writer's clock, in Unix milliseconds
 */
export const nextSystemMessage = (
  conversation: Conversation,
  systemEvent: SystemEvent,
  userId: UserId,
  now: number,
): Message => ({
  ...place(conversation, systemEvent === 'join' ? Math.max(now, lastActivityAt(conversation) + 1) : now),
  senderId: null,
  systemEvent,
  subjectId: userId,
  text: `${userId} ${systemEvent === 'join' ? 'joined' : 'left'}`,
  replyToMessageId: null,
  clientMessageId: null,
  context: null,
  ordinal: conversation.lastOrdinal,
});

/** What its place at the end of a conversation makes of a message. */
function place(conversation: Conversation, now: number) {
  const seq = conversation.lastSeq + 1;
  const createdAt = nextCreatedAt(seq, now, lastActivityAt(conversation));
  return {
    id: messageId(tailOf(conversation.id), seq, createdAt),
    conversationId: conversation.id,
    replyConversationId: null,
    createdAt,
    seq,
    revision: 1,
    editedAt: null,
    deletedAt: null,
    reactions: [],
  };
}

/** The conversation that has a message as its last one. */
export const endingWith = (conversation: Conversation, message: Message): Conversation => ({
  ...conversation,
  sentFrom: withOneMore(conversation.sentFrom, message.context?.device.type),
  lastSeq: message.seq,
  lastOrdinal: message.ordinal,
  lastMessageAt: message.createdAt,
  lastSenderId: message.senderId ?? conversation.lastSenderId,
});

const withOneMore = (sentFrom: Conversation['sentFrom'], type: DeviceType | undefined): Conversation['sentFrom'] =>
  type === undefined ? sentFrom : { ...sentFrom, [type]: sentFrom[type] + 1 };

/** When a message was last changed: its text, or its being there. */
export const messageUpdatedAt = ({ createdAt, editedAt, deletedAt }: Message): number =>
  Math.max(createdAt, editedAt ?? 0, deletedAt ?? 0);

/**
 * When something is done to a message: never before it was created, whatever the writer's clock says.
 * @param now that clock, in Unix milliseconds
 */
export const changedAt = (message: Message, now: number): number => Math.max(now, message.createdAt);

/** The message with another text. `now` in Unix milliseconds. */
export const withText = (message: Message, text: string, now: number): Message => ({
  ...message,
  text,
  editedAt: changedAt(message, now),
  revision: message.revision + 1,
});

/** Whether a message id, well-formed, can belong to a conversation. */
export const belongsTo = (messageId: string, conversationId: string): boolean =>
  tailOf(messageId) === tailOf(conversationId);

/** The message as `viewer` may see it: a client's own key is nobody else's business. */
export const seenBy = (viewer: UserId | undefined, message: Message): Message =>
  message.clientMessageId === null || message.senderId === viewer ? message : { ...message, clientMessageId: null };
