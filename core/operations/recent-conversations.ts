import { type Conversation, isAbout, type LinkFilter, lastActivityAt } from '../domain/conversation.ts';

/** Where a conversation stands in a list: when it was active last, and its id. */
export interface Recency {
  readonly at: number;
  readonly id: string;
}

export const recencyOf = (conversation: Conversation): Recency => ({
  at: lastActivityAt(conversation),
  id: conversation.id,
});

/** Sorts the most recently active first; of the same moment always alike. */
const mostRecentFirst = (a: Recency, b: Recency): number => b.at - a.at || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

/**
 * Those conversations that a list is of, most recently active first. Sending rewrites no list, so the order is made here.
 * @param past those after this one alone; all of them without it
 */
export const recentOf = (conversations: readonly Conversation[], link: LinkFilter, past?: Recency): Conversation[] =>
  conversations
    .map((conversation) => ({ conversation, recency: recencyOf(conversation) }))
    .filter(({ conversation, recency }) => isAbout(conversation, link) && (!past || mostRecentFirst(recency, past) > 0))
    .sort((a, b) => mostRecentFirst(a.recency, b.recency))
    .map(({ conversation }) => conversation);
