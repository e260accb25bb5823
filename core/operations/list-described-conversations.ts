import { isListed } from '../domain/access.ts';
import { actingUser, type Principal, type UserId } from '../domain/principal.ts';
import { globalConversations, readHeads, userConversations } from '../store/conversation-lists.ts';
import type { Deps } from './deps.ts';
import { type DescribedConversation, describeConversation, peopleIn, readPeople, readWithParts } from './describe.ts';
import type { NumberedPage } from './numbered-page.ts';
import { recentOf } from './recent-conversations.ts';

export interface ListDescribedConversationsInput {
  readonly actingUserId: UserId | undefined;
  readonly page: NumberedPage;
}

export interface DescribedConversationPage {
  readonly conversations: readonly DescribedConversation[];
  readonly viewer: UserId;
  readonly page: NumberedPage;
  readonly hasMore: boolean;
}

/**
 * A page of a user's conversations and the global ones, most recently active first, each with its last message and what is
 * known of its participants; no replies. Four trips. Each page reads the heads of all of them.
 * @throws Failure `validation_failed`, `forbidden`, `unavailable`
 */
export async function listDescribedConversations(
  { table }: Deps,
  principal: Principal,
  { actingUserId, page }: ListDescribedConversationsInput,
): Promise<DescribedConversationPage> {
  const user = actingUser(principal, actingUserId, 'userId');
  const { organization } = principal;
  const refs = await Promise.all([
    userConversations(table, organization, user),
    globalConversations(table, organization),
  ]);
  const sorted = recentOf(await readHeads(table, refs.flat(), { consistent: true }), {});
  const end = page.number * page.size;

  const withParts = (await readWithParts(table, sorted.slice(end - page.size, end), user)).filter(
    ({ conversation, participants }) => isListed(conversation, participants, user),
  );
  const personOf = await readPeople(table, organization, peopleIn(withParts));
  return {
    conversations: withParts.map((found) => describeConversation(found, personOf)),
    viewer: user,
    page,
    hasMore: sorted.length > end,
  };
}
