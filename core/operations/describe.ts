import { limits } from '../contract/limits.ts';
import { type Conversation, type ConversationDetail, hasParticipants, isLarge } from '../domain/conversation.ts';
import type { Message } from '../domain/message.ts';
import type { Membership } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import type { Profile } from '../domain/profile.ts';
import { unreadCount } from '../domain/read-position.ts';
import { severalAtOnce } from '../store/batches.ts';
import { readLastMessages } from '../store/messages.ts';
import { readActiveParticipants, readPair, readParticipant } from '../store/participants.ts';
import { readProfiles } from '../store/profiles.ts';
import type { Table } from '../store/table.ts';

/** A conversation, who takes part in it and how far they have read, and its last message. */
export interface ConversationWithParts {
  readonly conversation: Conversation;
  /** The active participants, longest-standing first; where they would be too many, the viewer alone. */
  readonly participants: readonly Membership[];
  /** Both who ever took part in a direct conversation; nobody of another one. */
  readonly pair: readonly Membership[];
  readonly lastMessage: Message | null;
}

/** A user, with what is known of it. */
export interface Person {
  readonly id: UserId;
  /** Undefined of one who was never seen or spoken of. */
  readonly profile: Profile | undefined;
}

export interface DescribedParticipant extends Person {
  readonly membership: Membership;
  /** How many messages of others it has not read. */
  readonly unreadCount: number;
}

/** A conversation with all that is told of its participants. */
export interface DescribedConversation extends Pick<ConversationWithParts, 'conversation' | 'lastMessage'> {
  readonly participants: readonly DescribedParticipant[];
}

/** A message, whom it is from and for, and whether it has been read. */
export interface DescribedMessage {
  readonly message: Message;
  /** Of a message of nobody's, whom it tells of. */
  readonly sender: Person | null;
  /** The other one of a direct conversation; null elsewhere, and of a message of nobody's. */
  readonly receiver: Person | null;
  /** When the receiver's read position last moved, in Unix milliseconds, if it has reached the message; else null. */
  readonly readAt: number | null;
}

/** So many people are read at most to describe some conversations: as many as ten groups have of which everybody is shown. */
const MOST_PEOPLE = 10 * limits.roster;

/** Those of which everybody is shown, without too many people: the smallest ones. */
function shownWhole(conversations: readonly Conversation[]): ReadonlySet<string> {
  let people = 0;
  const smallestFirst = conversations.toSorted((a, b) => a.participantCount - b.participantCount);
  return new Set(
    smallestFirst.flatMap(({ id, participantCount }) => {
      people += participantCount;
      return people > MOST_PEOPLE || isLarge(participantCount) ? [] : [id];
    }),
  );
}

/**
 * Reads who takes part in conversations, how far they have read, and the last messages; consistently, in one trip. Positions
 * that are read after their conversations have passed what was sent to those by then.
 * @throws Failure `unavailable`
 */
export async function readWithParts(
  table: Table,
  conversations: readonly Conversation[],
  viewer: UserId | undefined,
): Promise<ConversationWithParts[]> {
  const whole = shownWhole(conversations);
  const parts = new Map<string, Pick<ConversationWithParts, 'participants' | 'pair'>>();
  const [lastMessages] = await Promise.all([
    readLastMessages(table, conversations),
    severalAtOnce(conversations, async (conversation) => {
      parts.set(conversation.id, await partsIn(table, conversation, viewer, whole.has(conversation.id)));
    }),
  ]);
  return conversations.map((conversation) => ({
    conversation,
    lastMessage: lastMessages.get(conversation.id) ?? null,
    ...(parts.get(conversation.id) ?? { participants: [], pair: [] }),
  }));
}

/** A conversation in which nothing was said yet, so that there is nothing to read. */
export function withoutMessages({ participants, ...conversation }: ConversationDetail): ConversationWithParts {
  const parts = participants.map((participant) => ({ ...participant, read: null }));
  return { conversation, participants: parts, pair: conversation.kind === 'direct' ? parts : [], lastMessage: null };
}

/**
 * As `readWithParts`, of one conversation.
 * @throws Failure `unavailable`
 */
export async function readOneWithParts(
  table: Table,
  conversation: Conversation,
  viewer: UserId | undefined,
): Promise<ConversationWithParts> {
  const [found] = await readWithParts(table, [conversation], viewer);
  if (!found) throw new Error('unable to describe a conversation; nothing was read of it');
  return found;
}

async function partsIn(
  table: Table,
  conversation: Conversation,
  viewer: UserId | undefined,
  isWhole: boolean,
): Promise<Pick<ConversationWithParts, 'participants' | 'pair'>> {
  const { id, kind, creatorId } = conversation;
  if (!hasParticipants(conversation)) return { participants: [], pair: [] };
  // Who began it stands before those with whom it began.
  const byStanding = (a: Membership, b: Membership): number =>
    a.joinedAt - b.joinedAt || Number(b.userId === creatorId) - Number(a.userId === creatorId);
  if (kind === 'direct') {
    const pair = (await readPair(table, id)).sort(byStanding);
    return { participants: pair.filter(({ leftAt }) => leftAt === null), pair };
  }
  if (isWhole) {
    const { participants, more } = await readActiveParticipants(table, id, { past: undefined, limit: limits.roster });
    if (!more) return { participants: participants.sort(byStanding), pair: [] };
  }
  const own = viewer === undefined ? undefined : await readParticipant(table, id, viewer);
  return { participants: own?.leftAt === null ? [own] : [], pair: [] };
}

/** Everybody who takes part in some conversations, and who wrote some messages. */
export const peopleIn = (withParts: readonly ConversationWithParts[], messages: readonly Message[] = []): UserId[] => [
  ...withParts.flatMap(({ participants, pair }) => [...participants, ...pair].map(({ userId }) => userId)),
  ...messages.flatMap((message) => authorOf(message) ?? []),
];

/** Who is to be shown as a message's sender: of a system message, whom it tells of. */
const authorOf = ({ senderId, subjectId }: Message): UserId | null => senderId ?? subjectId;

/** Tells of users by their ids. */
export type PersonOf = (id: UserId) => Person;

/**
 * Reads the profiles of users, each once, in one trip.
 * @throws Failure `unavailable`
 */
export async function readPeople(table: Table, organization: string, users: readonly UserId[]): Promise<PersonOf> {
  const ids = [...new Set(users)];
  const profiles = await readProfiles(table, organization, ids);
  const known = new Map(ids.map((id, at) => [id, profiles[at]]));
  return (id) => ({ id, profile: known.get(id) });
}

export const describeConversation = (
  { conversation, participants, lastMessage }: ConversationWithParts,
  personOf: PersonOf,
): DescribedConversation => ({
  conversation,
  lastMessage,
  participants: participants.map((membership) => ({
    ...personOf(membership.userId),
    membership,
    unreadCount: unreadCount(conversation, membership.userId, membership.read),
  })),
});

export function describeMessage(
  { pair }: Pick<ConversationWithParts, 'pair'>,
  message: Message,
  personOf: PersonOf,
): DescribedMessage {
  const { id, senderId } = message;
  const author = authorOf(message);
  const receiver = senderId === null ? undefined : pair.find(({ userId }) => userId !== senderId);
  const read = receiver?.read;
  return {
    message,
    sender: author === null ? null : personOf(author),
    receiver: receiver ? personOf(receiver.userId) : null,
    readAt: read && read.messageId >= id ? read.at : null,
  };
}
