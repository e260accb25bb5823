import * as z from 'zod/mini';
import { type Conversation, hasParticipants, isLarge } from '../domain/conversation.ts';
import type { Participant } from '../domain/participant.ts';
import { rosterKey } from './keys.ts';
import { readItem } from './reading.ts';
import { retrying } from './retrying.ts';
import type { Item, Table } from './table.ts';
import type { TransactionItem } from './writing.ts';

/** The active participants of a conversation that is not large, in one item, for reading. */
const Roster = z.object({
  entity: z.literal('roster'),
  /** The `membershipRevision` of the conversation that it belongs to. */
  revision: z.number(),
  participants: z.array(z.object({ userId: z.string(), role: z.enum(['member', 'admin']), joinedAt: z.number() })),
});

/** The participants in a roster, longest-standing first. */
export const rosterFrom = (item: Item): Participant[] => activeIn(Roster.parse(item));

const activeIn = ({ participants }: z.infer<typeof Roster>): Participant[] =>
  participants.map((participant) => ({ ...participant, leftAt: null }));

/**
 * The participants of a conversation, from what was read as its roster, longest-standing first.
 * @returns nobody where nobody is added; undefined of a large conversation; `torn` where the two were read on either side of
 *   a change of both
 */
export function rosterOf(conversation: Conversation, item: Item | undefined): Participant[] | 'torn' | undefined {
  if (!hasParticipants(conversation)) return [];
  if (isLarge(conversation.participantCount)) return undefined;
  const roster = item && Roster.parse(item);
  return roster?.revision === conversation.membershipRevision ? activeIn(roster) : 'torn';
}

/**
 * Who takes part now, or at least after all changes that a conversation shows; consistently, in one trip, or another one
 * while the last of them cannot be seen yet. Longest-standing first.
 * @returns undefined where there is no roster: the conversation has become large, or is gone
 * @throws Failure `unavailable`
 */
export async function readRoster(
  table: Table,
  { id, membershipRevision }: Pick<Conversation, 'id' | 'membershipRevision'>,
): Promise<Participant[] | undefined> {
  const { participants } = await retrying(table, async () => {
    const item = await readItem(table, rosterKey(id));
    if (!item) return { participants: undefined };
    const roster = Roster.parse(item);
    return roster.revision < membershipRevision ? undefined : { participants: activeIn(roster) };
  });
  return participants;
}

/** The write of who takes part now, longest-standing first. The conversation's own write proves that this is so. */
export const putRoster = (conversation: Conversation, participants: readonly Participant[]): TransactionItem => ({
  Put: {
    Item: {
      ...rosterKey(conversation.id),
      entity: 'roster',
      revision: conversation.membershipRevision,
      participants: participants.map(({ userId, role, joinedAt }) => ({ userId, role, joinedAt })),
    } satisfies z.infer<typeof Roster> & Item,
  },
});

/** The write that ends the roster of a conversation that has become large. */
export const deleteRoster = ({ id }: Conversation): TransactionItem => ({ Delete: { Key: rosterKey(id) } });
