import { limits } from '../contract/limits.ts';
import { invalid } from './errors.ts';
import { messageId, newConversationId, tailOf } from './ids.ts';
import { type DeviceType, noDevices } from './message-context.ts';
import type { Participant } from './participant.ts';
import type { UserId } from './principal.ts';

/** What a conversation is about in the app around it, such as an order. */
export interface Link {
  readonly type: string;
  readonly id: string;
}

/** What a list of conversations is narrowed to: those about something of that type, or with that id, or both. */
export interface LinkFilter {
  readonly type?: string | undefined;
  readonly id?: string | undefined;
}

/** Whether a conversation is about what a filter asks for. */
export const isAbout = ({ link }: Pick<Conversation, 'link'>, { type, id }: LinkFilter): boolean =>
  (type === undefined || link?.type === type) && (id === undefined || link?.id === id);

/**
 * Who takes part: in `direct` a pair, in a `group` whoever is added, in a `global` one the whole organization, and in a
 * `reply`, which hangs on one message, whoever takes part where that message is.
 */
export type Kind = 'direct' | 'group' | 'global' | 'reply';

/** A conversation without its participants. Times are Unix milliseconds. */
export interface Conversation {
  readonly id: string;
  readonly organization: string;
  readonly kind: Kind;
  readonly name: string | null;
  readonly status: 'active' | 'archived';
  /** Nobody owns a direct conversation, a reply, or a global one that a service made. */
  readonly ownerId: UserId | null;
  /** Who made it: of what a service makes the first participant, if there is any; of a reply who wrote the first one. */
  readonly creatorId: UserId | null;
  readonly link: Link | null;
  /** The message that a reply hangs on, and where that is; null of the others. */
  readonly parentMessageId: string | null;
  readonly parentConversationId: string | null;
  readonly createdAt: number;
  /** When its name, its status, or who takes part as what was last changed; null before that. */
  readonly changedAt: number | null;
  readonly lastMessageAt: number | null;
  /** The seq of the last message, 0 when there is none: how many messages there are. */
  readonly lastSeq: number;
  /** How many of them people wrote; unread counts are differences of this. */
  readonly lastOrdinal: number;
  /** Who wrote the last of those; null when there is none. */
  readonly lastSenderId: UserId | null;
  /** How many of them were written on which type of device, as far as their senders told. */
  readonly sentFrom: Readonly<Record<DeviceType, number>>;
  readonly participantCount: number;
  readonly adminCount: number;
  /** Rises with each change of who takes part, and as what. */
  readonly membershipRevision: number;
}

/** A conversation as one caller sees it. */
export interface ConversationDetail extends Conversation {
  /** The active ones, longest-standing first; of a large conversation the caller alone, or nobody for a service. */
  readonly participants: readonly Participant[];
}

/**
 * Whether users are added to a conversation, and leave it. To the other kinds they belong without; what is kept of a user
 * there is how far it has read.
 */
export const hasParticipants = ({ kind }: Pick<Conversation, 'kind'>): boolean => kind === 'direct' || kind === 'group';

/** Whether so many participants are too many to be kept, and shown, in one piece. */
export const isLarge = (participantCount: number): boolean => participantCount > limits.roster;

/** Whether a message is for so many that the stream's consumer delivers it, rather than its sender's request. */
export const isForMany = ({ participantCount }: Conversation): boolean => participantCount > limits.inlineSockets;

/** When something last happened in a conversation: what lists sort by. */
export const lastActivityAt = ({
  lastMessageAt,
  createdAt,
}: Pick<Conversation, 'lastMessageAt' | 'createdAt'>): number => lastMessageAt ?? createdAt;

/** When anything of a conversation was last changed, its messages included. */
export const updatedAt = (conversation: Conversation): number =>
  Math.max(lastActivityAt(conversation), conversation.changedAt ?? 0);

/** The conversation with something of it changed `now`, in Unix milliseconds; never before what was changed before. */
export const changed = (conversation: Conversation, now: number): Conversation => ({
  ...conversation,
  changedAt: Math.max(now, updatedAt(conversation)),
});

/** What a conversation is about: a reply, of the message that it hangs on. */
export const linkOf = ({ link, parentMessageId }: Conversation): Link | null =>
  parentMessageId === null ? link : { type: 'message', id: parentMessageId };

/** The id of the last message, which a conversation's own numbers make; null when there is none. */
export const lastMessageId = ({ id, lastSeq, lastMessageAt }: Conversation): string | null =>
  lastMessageAt === null ? null : messageId(tailOf(id), lastSeq, lastMessageAt);

/** What its creator decides of a conversation. */
export interface Founding {
  readonly organization: string;
  readonly kind: Exclude<Kind, 'reply'>;
  readonly name: string | null;
  readonly link: Link | null;
}

/**
 * Who is added to a new conversation, its creator first; nobody to a global one.
 * @param creator undefined for a service, which adds nobody: the first one it names is the creator
 * @throws Failure `validation_failed` when somebody is named twice, or a direct conversation would not have exactly two
 *   participants, a group none, or a global one any
 */
export function foundersOf(
  kind: Founding['kind'],
  creator: UserId | undefined,
  named: readonly UserId[],
): readonly UserId[] {
  if (kind === 'global') {
    if (named.length === 0) return [];
    throw invalid({ path: 'participantIds', message: 'must name nobody: the whole organization takes part' });
  }
  if (new Set(named).size < named.length) {
    throw invalid({ path: 'participantIds', message: 'must not name a user twice' });
  }
  const users = creator === undefined ? named : [creator, ...named.filter((user) => user !== creator)];
  if (kind === 'direct' && users.length !== 2) {
    throw invalid({ path: 'participantIds', message: 'must make two participants of a direct conversation' });
  }
  if (users.length === 0) throw invalid({ path: 'participantIds', message: 'must name at least one user' });
  return users;
}

/**
 * The kind of a conversation whose creator asks for none: between two it is direct, unless it has a name.
 * @param creator undefined for a service, which adds nobody
 * @throws Failure as `foundersOf` of a group
 */
export const suitableKind = (
  name: string | null,
  creator: UserId | undefined,
  named: readonly UserId[],
): 'direct' | 'group' => (name === null && foundersOf('group', creator, named).length === 2 ? 'direct' : 'group');

/**
 * A new conversation. Its creator owns a group, as its admin, and a global conversation; nobody owns a direct one.
 * @param creator null for a service that makes a global one
 * @param users from `foundersOf`; `now` in Unix milliseconds
 */
export function newConversation(
  founding: Founding,
  creator: UserId | null,
  users: readonly UserId[],
  now: number,
): { conversation: Conversation; participants: Participant[] } {
  const ownerId = founding.kind === 'direct' ? null : creator;
  const participants = users.map(
    (userId): Participant => ({
      userId,
      role: userId === ownerId ? 'admin' : 'member',
      joinedAt: now,
      leftAt: null,
    }),
  );
  const adminCount = participants.filter(({ role }) => role === 'admin').length;
  return {
    conversation: {
      ...empty(now),
      ...founding,
      ownerId,
      creatorId: creator,
      parentMessageId: null,
      parentConversationId: null,
      participantCount: users.length,
      adminCount,
    },
    participants,
  };
}

/**
 * A new conversation of replies to a message, without any yet. It is nobody's.
 * @param parent the message's conversation; `now` in Unix milliseconds
 * @param creatorId who writes the first reply
 */
export const newReplyConversation = (
  parent: Conversation,
  parentMessageId: string,
  creatorId: UserId,
  now: number,
): Conversation => ({
  ...empty(now),
  organization: parent.organization,
  kind: 'reply',
  name: null,
  ownerId: null,
  creatorId,
  link: null,
  parentMessageId,
  parentConversationId: parent.id,
  participantCount: 0,
  adminCount: 0,
});

/** What is the same in every new conversation. */
const empty = (now: number) => ({
  id: newConversationId(now),
  status: 'active' as const,
  createdAt: now,
  changedAt: null,
  lastMessageAt: null,
  lastSeq: 0,
  lastOrdinal: 0,
  lastSenderId: null,
  sentFrom: noDevices,
  membershipRevision: 1,
});
