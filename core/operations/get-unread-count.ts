import { requireParticipant } from '../domain/access.ts';
import { notFound } from '../domain/errors.ts';
import { actingUser, type Principal, type UserId } from '../domain/principal.ts';
import { unreadCount } from '../domain/read-position.ts';
import { readMembership } from '../store/conversations.ts';
import type { Deps } from './deps.ts';

export interface GetUnreadCountInput {
  readonly conversationId: string;
  readonly actingUserId: UserId | undefined;
}

/**
 * How many messages of others a user has not read: exact, and by subtraction.
 * @throws Failure `validation_failed`, `not_found`, `forbidden`, `unavailable`
 */
export async function getUnreadCount(
  { table }: Deps,
  principal: Principal,
  { conversationId, actingUserId }: GetUnreadCountInput,
): Promise<number> {
  const userId = actingUser(principal, actingUserId, 'userId');
  const found = await readMembership(table, principal.organization, conversationId, userId);
  if (!found) throw notFound('Conversation');
  return unreadCount(found.conversation, userId, requireParticipant(found.own).read);
}
