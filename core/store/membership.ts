import { type Conversation, hasParticipants, isLarge } from '../domain/conversation.ts';
import { type MembershipChange, needsOthers } from '../domain/membership.ts';
import type { Membership, Participant } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import { conversationFrom, updateHeadMembership } from './heads.ts';
import { type IdempotencyKey, takeKey } from './idempotency.ts';
import { headKey, participantKey, recordKey, rosterKey } from './keys.ts';
import { putMessage } from './messages.ts';
import { assignRole, checkPart, markLeft, membershipFrom, putJoined, readActiveParticipants } from './participants.ts';
import { readParts } from './parts.ts';
import { readItems } from './reading.ts';
import { deleteRoster, putRoster, rosterOf } from './rosters.ts';
import type { Item, Table } from './table.ts';
import { type TransactionItem, transact } from './writing.ts';

/** Whom a change of membership is about, and who makes it. */
export interface MembershipRequest {
  readonly organization: string;
  readonly conversationId: string;
  readonly userId: UserId;
  /** Undefined for one who needs no part in the conversation. */
  readonly actorId: UserId | undefined;
  /** Whether the user may lose its part, or its role, so that others may have to take its place. */
  readonly departs: boolean;
}

/** How things stand when a change of who takes part is decided. */
export interface Standing {
  readonly conversation: Conversation;
  /** The acting user's part, if there is one. */
  readonly actor: Membership | undefined;
  /** The part of the user whom the change is about, also of one who has left. */
  readonly target: Membership | undefined;
  /**
   * The active participants, longest-standing first; of a large conversation only where the target's going leaves a
   * place to fill, or leaves it no longer large.
   */
  readonly everybody: readonly Participant[];
  /** What stands under the key. */
  readonly record: Item | undefined;
}

/**
 * Reads how things stand: consistently, in one trip, or several where a large conversation has to be read as a whole. Where
 * nobody is added there is the actor's part alone.
 * @returns undefined where there is no such conversation; `torn` where the participants changed in the midst
 * @throws Failure `unavailable`
 */
export async function readStanding(
  table: Table,
  { organization, conversationId, userId, actorId, departs }: MembershipRequest,
  key: IdempotencyKey | undefined,
): Promise<Standing | 'torn' | undefined> {
  const keys = [
    headKey(conversationId),
    rosterKey(conversationId),
    participantKey(conversationId, userId),
    participantKey(conversationId, actorId ?? userId),
    ...(key ? [recordKey(key)] : []),
  ];
  const [head, rosterItem, targetItem, actorItem, record] = await readItems(table, keys, { consistent: true });
  const conversation = conversationFrom(head, organization, conversationId);
  if (!conversation) return undefined;
  if (!hasParticipants(conversation)) {
    const [part] = await readParts(table, [{ conversation, item: undefined }], actorId);
    return part && { conversation, actor: part.own, target: undefined, everybody: [], record: undefined };
  }
  const roster = rosterOf(conversation, rosterItem);
  if (roster === 'torn') return 'torn';

  const target = targetItem && membershipFrom(targetItem);
  const everybody = roster ?? (await readEverybody(table, conversation, departs ? target : undefined));
  if (everybody && isTornFrom(conversation, everybody)) return 'torn';
  return {
    conversation,
    actor: actorId === undefined ? undefined : actorItem && membershipFrom(actorItem),
    target,
    everybody: everybody ?? [],
    record,
  };
}

/** All active participants of a large conversation; undefined where it does not take them. */
async function readEverybody(
  table: Table,
  conversation: Conversation,
  departing: Participant | undefined,
): Promise<readonly Participant[] | undefined> {
  if (departing?.leftAt !== null) return undefined;
  if (isLarge(conversation.participantCount - 1) && !needsOthers(conversation, departing)) return undefined;
  const { participants } = await readActiveParticipants(table, conversation.id, {
    past: undefined,
    limit: Number.POSITIVE_INFINITY,
  });
  return participants.toSorted((a, b) => a.joinedAt - b.joinedAt);
}

/** Whether participants who were read one by one are others than their conversation counts. */
const isTornFrom = ({ participantCount, adminCount }: Conversation, everybody: readonly Participant[]): boolean =>
  everybody.length !== participantCount || everybody.filter(({ role }) => role === 'admin').length !== adminCount;

/**
 * Commits a change: one transaction that writes the participants concerned, the conversation and its roster, and the
 * message that tells of it, proves that the actor is an admin, and takes the key.
 *
 * All changes of one conversation queue at its `membershipRevision`, and each part in it is proved to be as it was read:
 * so what was decided holds, of everybody concerned, when it is committed.
 * @param now the writer's clock, in Unix milliseconds
 * @returns whether it is done; where not, somebody else was in the way: look again, and decide anew
 * @throws Failure `unavailable`
 */
export async function commitMembership(
  table: Table,
  { conversationId, userId, actorId }: MembershipRequest,
  { conversation: before, target, everybody }: Standing,
  { conversation: after, participant, promoted, message }: MembershipChange,
  key: IdempotencyKey | undefined,
  now: number,
): Promise<boolean> {
  // An admin is nobody's heir: the actor was read before it ceased to be one.
  if (promoted && promoted.userId === actorId) return false;
  // A join or a leave is told of by its message; a role, and who comes after one that leaves, by the conversation.
  const isAnnounced = !message || (message.systemEvent === 'leave' && before.ownerId !== after.ownerId);
  const { committed } = await transact(table, [
    updateHeadMembership(before, after, isAnnounced),
    ...rosterWrites(before, after, rosterAfter(everybody, participant, promoted)),
    target?.leftAt === null ? partWrite(conversationId, target, participant) : putJoined(after, participant),
    ...(promoted ? [assignRole(conversationId, { ...promoted, role: 'member' }, 'admin')] : []),
    ...(message ? [putMessage(message)] : []),
    ...(actorId === undefined || actorId === userId ? [] : checkPart(before, actorId, 'admin')),
    ...(key ? [takeKey(key, { id: userId, created: true }, now)] : []),
  ]);
  return committed;
}

const partWrite = (conversationId: string, before: Membership, { leftAt, role }: Membership): TransactionItem =>
  leftAt === null ? assignRole(conversationId, before, role) : markLeft(conversationId, before, leftAt);

function rosterAfter(
  everybody: readonly Participant[],
  changed: Participant,
  promoted: Participant | undefined,
): Participant[] {
  const isNew = everybody.every(({ userId }) => userId !== changed.userId);
  return [...everybody, ...(isNew ? [changed] : [])]
    .map((one) => [changed, promoted].find((other) => other?.userId === one.userId) ?? one)
    .filter(({ leftAt }) => leftAt === null);
}

function rosterWrites(
  before: Conversation,
  after: Conversation,
  participants: readonly Participant[],
): TransactionItem[] {
  if (!isLarge(after.participantCount)) return [putRoster(after, participants)];
  return isLarge(before.participantCount) ? [] : [deleteRoster(after)];
}
