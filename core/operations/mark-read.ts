import { requireParticipant } from '../domain/access.ts';
import { invalid, notFound } from '../domain/errors.ts';
import { belongsTo } from '../domain/message.ts';
import { actingUser, type Principal, type UserId } from '../domain/principal.ts';
import type { ReadPosition } from '../domain/read-position.ts';
import { readMembership } from '../store/conversations.ts';
import { readMessage } from '../store/messages.ts';
import { moveReadPosition } from '../store/read-positions.ts';
import type { Table } from '../store/table.ts';
import type { Deps } from './deps.ts';

export interface MarkReadInput {
  readonly conversationId: string;
  readonly lastReadMessageId: string;
  readonly actingUserId: UserId | undefined;
}

/** How far a user has read in a conversation. */
export interface Read extends ReadPosition {
  readonly conversationId: string;
  readonly userId: UserId;
}

/**
 * Marks all messages up to one as read. A position never moves backwards: where the user has read further it stays.
 * @throws Failure `validation_failed`, `not_found`, `forbidden`, `unavailable`
 */
export async function markRead(
  { table, now }: Deps,
  principal: Principal,
  { conversationId, lastReadMessageId, actingUserId }: MarkReadInput,
): Promise<Read> {
  const { organization } = principal;
  const userId = actingUser(principal, actingUserId, 'userId');
  const [own, message] = await Promise.all([
    readPart(table, organization, conversationId, userId),
    belongsTo(lastReadMessageId, conversationId) ? readMessage(table, conversationId, lastReadMessageId) : undefined,
  ]);
  if (!message) throw invalid({ path: 'lastReadMessageId', message: 'must be a message of this conversation' });

  if (own.read && own.read.messageId >= message.id) return { conversationId, userId, ...own.read };
  const moved = await moveReadPosition(table, message, userId, now());
  // Refused: the user has read as far meanwhile, or has left, or all is gone.
  const { read } = moved ?? (await readPart(table, organization, conversationId, userId));
  if (!read) throw new Error('unable to mark as read; a position has vanished');
  return { conversationId, userId, ...read };
}

/** The user's part in a conversation, if it takes part. */
async function readPart(table: Table, organization: string, conversationId: string, userId: UserId) {
  const found = await readMembership(table, organization, conversationId, userId);
  if (!found) throw notFound('Conversation');
  return requireParticipant(found.own);
}
