import { createHash } from 'node:crypto';
import type { Link } from '../domain/conversation.ts';
import { tailOf, timePrefix } from '../domain/ids.ts';
import type { UserId } from '../domain/principal.ts';
import type { SocketOwner } from '../domain/socket.ts';

/**
 * The whole key design. `#` ends each part: organizations hold none, ids are UUIDs, and what may be anything stands last,
 * so no two things share a key. `gsi1` keys are written where a line says so, and never change with a message.
 *
 * Wherever a conversation's id is asked for, the id of a message in it does as well: they have one tail.
 */
/** A conversation of an organization. */
export interface ConversationRef {
  readonly organization: string;
  readonly id: string;
}

const conversationPk = (id: string) => `C#${tailOf(id)}`;
const userPk = (organization: string, userId: UserId) => `U#${organization}#${userId}`;

/** The conversation itself. */
export const headKey = (conversationId: string) => ({ pk: conversationPk(conversationId), sk: '#HEAD' });

/** The participants of a conversation that is not large, in one item. */
export const rosterKey = (conversationId: string) => ({ pk: conversationPk(conversationId), sk: '#ROSTER' });

/** One user's part in a conversation. */
export const participantKey = (conversationId: string, userId: UserId) => ({
  pk: conversationPk(conversationId),
  sk: `P#${userId}`,
});

const conversationSk = (organization: string, conversationId: string) => `${organization}#C#${conversationId}`;

/** gsi1 of an active participant: all of the user's conversations, by organization in the order of their creation. */
export const userConversationsKey = (organization: string, userId: UserId, conversationId: string) => ({
  gsi1pk: `U#${userId}`,
  gsi1sk: conversationSk(organization, conversationId),
});

/** gsi1 of a global conversation: those of its organization, in the order of their creation. */
export const globalConversationsKey = (organization: string, conversationId: string) => ({
  gsi1pk: `O#${organization}#GLOBAL`,
  gsi1sk: conversationSk(organization, conversationId),
});

/** The conversation in the `gsi1sk` of either. */
export function conversationRefIn(gsi1sk: string): ConversationRef {
  const [organization = '', , id = ''] = gsi1sk.split('#');
  return { organization, id };
}

/** A message: found by its id alone, sorted by time. */
export const messageKey = (messageId: string) => ({ pk: conversationPk(messageId), sk: `M#${messageId}` });

/** The message's id in its `sk`. */
export const messageIdIn = (sk: string): string => sk.slice('M#'.length);

/** Bounds among the sort keys of a conversation's messages: of all of them, and the one that a time sets. */
export const messageBounds = {
  first: 'M#',
  last: 'M$',
  at: (millis: number) => `M#${timePrefix(millis)}`,
};

/** What a user shows of itself in an organization. */
export const profileKey = (organization: string, userId: UserId) => ({
  pk: userPk(organization, userId),
  sk: '#PROFILE',
});

/** gsi1 of a profile: the organization's directory, in the order of ids. */
export const directoryKey = (organization: string, userId: UserId) => ({
  gsi1pk: `O#${organization}#USERS`,
  gsi1sk: userId,
});

/** All open connections of one user, or of one service, which nobody can name as a user. */
export const socketsKey = ({ organization, userId, isService }: SocketOwner) => ({
  pk: isService ? `S#${organization}#${userId}` : userPk(organization, userId),
  sk: '#SOCKETS',
});

/** Owners of connections are spread over so many partitions of the index: one takes 1,000 writes a second. */
export const activeShards: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7];
export const socketsShard = (shard: number) => `A#${shard}`;

/** A user's place within its shard; with an empty id, what those of one organization begin with. */
export const activeUserKey = (organization: string, userId: UserId) => `${organization}#${userId}`;

/** gsi1 of connections, while there are any: by organization, of which no service's begins with the name. */
export const socketsIndexKey = ({ organization, userId, isService }: SocketOwner) => ({
  gsi1pk: socketsShard(createHash('sha256').update(userId).digest().readUInt8() % activeShards.length),
  gsi1sk: `${isService ? '#' : ''}${activeUserKey(organization, userId)}`,
});

/** The owner in such a `gsi1sk`. */
export function ownerIn(gsi1sk: string): SocketOwner {
  const isService = gsi1sk.startsWith('#');
  const [organization = '', userId = ''] = gsi1sk.slice(isService ? 1 : 0).split('#');
  return { organization, userId, isService };
}

/** A platform: the public key names it, whatever its organization. */
export const platformKey = (publicKey: string) => ({ pk: `PL#${publicKey}`, sk: '#' });

/** A user's bookmark of a message; those of one user sort as their messages do. */
export const bookmarkKey = (organization: string, userId: UserId, messageId: string) => ({
  pk: userPk(organization, userId),
  sk: `B#${messageId}`,
});

/** The message's id in such an `sk`. */
export const bookmarkedIn = (sk: string): string => sk.slice('B#'.length);

/** What makes a direct conversation the only one of its kind. */
export interface Pair {
  readonly organization: string;
  readonly users: readonly UserId[];
  readonly link: Link | null;
}

/** The claim of a pair on its one direct conversation about one thing. */
export const claimKey = ({ organization, users, link }: Pair) => ({
  pk: `D#${organization}#${[...users].sort().join('#')}`,
  sk: link ? `L#${JSON.stringify([link.type, link.id])}` : '#',
});

/** What a retried request was answered the first time. `scope` says for what the key counts, and whose it is. */
export const recordKey = ({ organization, scope, key }: { organization: string; scope: string; key: string }) => ({
  pk: `I#${organization}#${scope}`,
  sk: `K#${createHash('sha256').update(key).digest('base64url')}`,
});
