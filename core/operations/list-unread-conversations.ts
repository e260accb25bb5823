import type { ConversationDetail } from '../domain/conversation.ts';
import { actingUser, type Principal } from '../domain/principal.ts';
import { unreadCount } from '../domain/read-position.ts';
import { readOwnPositions } from '../store/conversation-lists.ts';
import type { Page } from './cursor.ts';
import type { Deps } from './deps.ts';
import { type ListConversationsInput, listConversations } from './list-conversations.ts';

/** A conversation as a list shows it, and how many messages of others its reader has not read. */
export interface UnreadConversation extends ConversationDetail {
  readonly unreadCount: number;
}

export interface UnreadConversationPage extends Page {
  readonly conversations: readonly UnreadConversation[];
}

/**
 * As `listConversations`, with what is unread in each: exact, and by subtraction. Conversations are as they are now.
 *
 * A position that is read after its conversation has passed all that the user had sent to that by then; the other way round
 * a message of one's own could count.
 * @throws Failure `validation_failed`, `forbidden`, `unavailable`
 */
export async function listUnreadConversations(
  deps: Deps,
  principal: Principal,
  input: Omit<ListConversationsInput, 'consistent'>,
): Promise<UnreadConversationPage> {
  const user = actingUser(principal, input.actingUserId, 'userId');
  const page = await listConversations(deps, principal, { ...input, consistent: true });
  const positions = await readOwnPositions(
    deps.table,
    page.conversations.map(({ id }) => id),
    user,
  );
  return {
    ...page,
    conversations: page.conversations.map((conversation, at) => ({
      ...conversation,
      unreadCount: unreadCount(conversation, user, positions[at] ?? null),
    })),
  };
}
