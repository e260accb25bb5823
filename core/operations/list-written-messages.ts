import { seenBy } from '../domain/message.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import { readMembership } from '../store/conversations.ts';
import { readNumbered } from '../store/numbered-messages.ts';
import { principalAt } from './across-organizations.ts';
import { accessConversation } from './conversation-access.ts';
import type { Deps } from './deps.ts';
import type { NumberedPage } from './numbered-page.ts';
import { readWritten, type Weighing, type WrittenMessages } from './transcript.ts';

export interface ListWrittenMessagesInput extends Weighing {
  readonly conversationId: string;
  readonly actingUserId: UserId | undefined;
  /** Undefined for all messages, as far as they fit into one answer. */
  readonly page: NumberedPage | undefined;
}

/**
 * The messages of a conversation, its own latest write included, oldest first: all of them, or a page by its number. Of a
 * super admin also where it takes part in another organization.
 * @throws Failure `not_found`, `forbidden`, `unavailable`
 */
export async function listWrittenMessages(
  deps: Deps,
  principal: Principal,
  { conversationId, actingUserId, page, bytesOf }: ListWrittenMessagesInput,
): Promise<WrittenMessages> {
  const { table } = deps;
  const viewer = actingUserOrService(principal, actingUserId);
  const { organization } = await principalAt(deps, principal, conversationId);
  const found = await readMembership(table, organization, conversationId, viewer);
  const { conversation } = accessConversation(viewer, found);
  if (!page) return readWritten(table, conversationId, viewer, { bytesOf });
  const { number, size } = page;
  const messages = await readNumbered(table, conversation, (number - 1) * size + 1, size);
  return { messages: messages.map((message) => seenBy(viewer, message)), isTruncated: false };
}
