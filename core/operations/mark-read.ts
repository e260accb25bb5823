import { requireParticipant } from '../domain/access.ts';
import { hasParticipants } from '../domain/conversation.ts';
import { invalid, notFound } from '../domain/errors.ts';
import { belongsTo } from '../domain/message.ts';
import { actingUser, type Principal, type UserId } from '../domain/principal.ts';
import type { ReadPosition } from '../domain/read-position.ts';
import { readMembership } from '../store/conversations.ts';
import { readMessage } from '../store/messages.ts';
import { makeReadPosition, moveReadPosition } from '../store/read-positions.ts';
import { retrying } from '../store/retrying.ts';
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
  return retrying(table, async () => {
    const [found, message] = await Promise.all([
      readMembership(table, organization, conversationId, userId),
      belongsTo(lastReadMessageId, conversationId) ? readMessage(table, conversationId, lastReadMessageId) : undefined,
    ]);
    if (!found) throw notFound('Conversation');
    const { read } = requireParticipant(found.own);
    if (!message) throw invalid({ path: 'lastReadMessageId', message: 'must be a message of this conversation' });

    if (read && read.messageId >= message.id) return { conversationId, userId, ...read };
    const isFirst = read === null && !hasParticipants(found.conversation);
    const moved = await (isFirst ? makeReadPosition : moveReadPosition)(table, message, userId, now());
    // Refused: the user has read meanwhile, or has left, or all is gone.
    return moved && { conversationId, userId, ...moved };
  });
}
