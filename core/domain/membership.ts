import type { Conversation } from './conversation.ts';
import { endingWith, type Message, nextSystemMessage } from './message.ts';
import type { Membership, Participant, Role } from './participant.ts';
import type { UserId } from './principal.ts';

/** What becomes of a conversation when somebody joins, leaves, or gets another role. */
export interface MembershipChange {
  /** The conversation as it is then. */
  readonly conversation: Conversation;
  /** The one whom the change is about, as it is then. */
  readonly participant: Membership;
  /** Who becomes admin because nobody else is one any more, as it is then. */
  readonly promoted: Participant | undefined;
  /** What tells the others of it; nothing does of a role. */
  readonly message: Message | undefined;
}

/**
 * Somebody who does not take part joins. The first one in a group that all have left owns and administers it.
 * @param now the writer's clock, in Unix milliseconds
 */
export function join(conversation: Conversation, userId: UserId, wanted: Role, now: number): MembershipChange {
  const isFirst = conversation.kind === 'group' && conversation.participantCount === 0;
  const role = isFirst ? 'admin' : wanted;
  const message = nextSystemMessage(conversation, 'join', userId, now);
  return {
    conversation: {
      ...after(conversation, message),
      participantCount: conversation.participantCount + 1,
      adminCount: conversation.adminCount + (role === 'admin' ? 1 : 0),
      ownerId: isFirst ? userId : conversation.ownerId,
    },
    participant: {
      userId,
      role,
      joinedAt: message.createdAt,
      leftAt: null,
      // Nobody owes what was written before.
      read: { messageId: message.id, ordinal: message.ordinal, at: message.createdAt },
    },
    promoted: undefined,
    message,
  };
}

/**
 * A participant leaves, by itself or because it is removed.
 * @param everybody the active participants, longest-standing first, as far as `needsOthers` asks for them
 * @param now the writer's clock, in Unix milliseconds
 */
export function leave(
  conversation: Conversation,
  participant: Membership,
  everybody: readonly Participant[],
  now: number,
): MembershipChange {
  const message = nextSystemMessage(conversation, 'leave', participant.userId, now);
  const { promoted, adminCount, ownerId } = withoutAdmin(conversation, participant, everybody);
  return {
    conversation: {
      ...after(conversation, message),
      participantCount: conversation.participantCount - 1,
      adminCount,
      ownerId,
    },
    participant: { ...participant, leftAt: message.createdAt },
    promoted,
    message,
  };
}

/** A member becomes an admin. */
export const promote = (conversation: Conversation, participant: Membership): MembershipChange => ({
  conversation: { ...after(conversation), adminCount: conversation.adminCount + 1 },
  participant: { ...participant, role: 'admin' },
  promoted: undefined,
  message: undefined,
});

/**
 * An admin becomes a member.
 * @param everybody the active participants, longest-standing first, as far as `needsOthers` asks for them; there must be
 *   another one
 */
export function demote(
  conversation: Conversation,
  participant: Membership,
  everybody: readonly Participant[],
): MembershipChange {
  const { promoted, adminCount, ownerId } = withoutAdmin(conversation, participant, everybody);
  return {
    conversation: { ...after(conversation), adminCount, ownerId },
    participant: { ...participant, role: 'member' },
    promoted,
    message: undefined,
  };
}

/**
 * Whether it takes the other participants to tell who comes after one that leaves or is demoted: its owner, who is also
 * the last admin where there is but one.
 */
export const needsOthers = ({ ownerId }: Conversation, { userId }: Participant): boolean => ownerId === userId;

/**
 * Who administers and owns a conversation once somebody no longer does: a group that is not empty has an admin, the
 * longest-standing of its members where no other is left, and its owner is the longest-standing admin unless it stays.
 */
function withoutAdmin(conversation: Conversation, { userId, role }: Participant, everybody: readonly Participant[]) {
  const others = everybody.filter((other) => other.userId !== userId);
  const admins = conversation.adminCount - (role === 'admin' ? 1 : 0);
  const heir = conversation.kind === 'group' && admins === 0 ? others[0] : undefined;
  const promoted = heir && { ...heir, role: 'admin' as const };
  const nextOwner = promoted ?? others.find((other) => other.role === 'admin');
  return {
    promoted,
    adminCount: admins + (promoted ? 1 : 0),
    ownerId: conversation.ownerId === userId ? (nextOwner?.userId ?? null) : conversation.ownerId,
  };
}

const after = (conversation: Conversation, message?: Message): Conversation => ({
  ...(message ? endingWith(conversation, message) : conversation),
  membershipRevision: conversation.membershipRevision + 1,
});
