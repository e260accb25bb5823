import { seenBy } from '../domain/message.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import { readMembership } from '../store/conversations.ts';
import { readNumbered } from '../store/numbered-messages.ts';
import { accessConversation } from './conversation-access.ts';
import type { Deps } from './deps.ts';
import {
  type DescribedConversation,
  type DescribedMessage,
  describeConversation,
  describeMessage,
  peopleIn,
  readOneWithParts,
  readPeople,
} from './describe.ts';
import type { NumberedPage } from './numbered-page.ts';

export interface ListDescribedMessagesInput {
  readonly conversationId: string;
  readonly actingUserId: UserId | undefined;
  readonly page: NumberedPage;
}

export interface DescribedMessagePage {
  readonly conversation: DescribedConversation;
  readonly messages: readonly DescribedMessage[];
  readonly page: NumberedPage;
  readonly hasMore: boolean;
}

/**
 * A page of a conversation's messages, its own latest write included, oldest first, each with whom it is from and for; and
 * the conversation with what is known of its participants. Three trips; a few more on far pages of a long conversation.
 * @throws Failure `not_found`, `forbidden`, `unavailable`
 */
export async function listDescribedMessages(
  { table }: Deps,
  principal: Principal,
  { conversationId, actingUserId, page }: ListDescribedMessagesInput,
): Promise<DescribedMessagePage> {
  const { organization } = principal;
  const viewer = actingUserOrService(principal, actingUserId);
  const found = await readMembership(table, organization, conversationId, viewer);
  const { conversation } = accessConversation(viewer, found);

  const first = (page.number - 1) * page.size + 1;
  const [shown, messages] = await Promise.all([
    readOneWithParts(table, conversation, viewer),
    readNumbered(table, conversation, first, page.size),
  ]);
  const personOf = await readPeople(table, organization, peopleIn([shown], messages));
  return {
    conversation: describeConversation(shown, personOf),
    messages: messages.map((message) => describeMessage(shown, seenBy(viewer, message), personOf)),
    page,
    hasMore: conversation.lastSeq >= first + page.size,
  };
}
