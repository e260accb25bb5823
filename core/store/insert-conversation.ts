import { type Conversation, hasParticipants, isLarge } from '../domain/conversation.ts';
import type { Participant } from '../domain/participant.ts';
import { claimedBy, putClaim } from './direct-claims.ts';
import { abandonHead, putFormedHead, putFormingHead, putHead } from './heads.ts';
import { type FirstAnswer, firstAnswer, type IdempotencyKey, takeKey } from './idempotency.ts';
import { claimKey, type Pair, recordKey } from './keys.ts';
import { participantItem } from './participants.ts';
import { readItem } from './reading.ts';
import { retrying } from './retrying.ts';
import { putRoster } from './rosters.ts';
import type { Table } from './table.ts';
import { type TransactionItem, transact, writeItems } from './writing.ts';

/** A transaction takes 100 items; the rest of these is for the head, the roster, the claim and a key. */
const PARTICIPANTS_IN_ONE_TRANSACTION = 90;

/** What a create finds before it writes: the answer an earlier request got under its key, and the pair's conversation. */
export interface Earlier {
  readonly answer: FirstAnswer | 'reused' | undefined;
  readonly existing: string | undefined;
}

/**
 * Looks for what came before a create; consistently, in one trip, or none where nothing can have come before.
 * @throws Failure `unavailable`
 */
export async function findEarlier(
  table: Table,
  pair: Pair | undefined,
  key: IdempotencyKey | undefined,
): Promise<Earlier> {
  const [claim, record] = await Promise.all([
    pair && readItem(table, claimKey(pair)),
    key && readItem(table, recordKey(key)),
  ]);
  return {
    answer: record && key && firstAnswer(record, key),
    existing: claim && claimedBy(claim),
  };
}

/** What became of a write: after `raced`, another request has created the pair's conversation or taken the key. */
export type Inserted = 'stored' | 'raced';

/**
 * Remembers that a create was answered with a conversation that existed. `now` in Unix milliseconds.
 * @throws Failure `unavailable`
 */
export const rememberExisting = (table: Table, key: IdempotencyKey, id: string, now: number): Promise<Inserted> =>
  commit(table, [takeKey(key, { id, created: false }, now)]);

/**
 * Stores a new conversation with its participants, or none that anybody could find.
 * Where they are too many for one transaction the conversation is there first, but found by nobody; then its
 * participants, each by itself; and last it is made to be found. What stays unfinished is erased in the background.
 * @param now the writer's clock, in Unix milliseconds
 * @throws Failure `unavailable`
 */
export async function insertConversation(
  table: Table,
  conversation: Conversation,
  participants: readonly Participant[],
  { pair, key, now }: { pair: Pair | undefined; key: IdempotencyKey | undefined; now: number },
): Promise<Inserted> {
  const { id } = conversation;
  const parts = participants.map((participant) => participantItem(conversation, participant));
  const beside: TransactionItem[] = [
    ...(hasParticipants(conversation) && !isLarge(participants.length) ? [putRoster(conversation, participants)] : []),
    ...(pair ? [putClaim(pair, id)] : []),
    ...(key ? [takeKey(key, { id, created: true }, now)] : []),
  ];
  if (parts.length <= PARTICIPANTS_IN_ONE_TRANSACTION) {
    const unlessTaken = 'attribute_not_exists(pk)';
    const puts = parts.map((Item) => ({ Put: { Item, ConditionExpression: unlessTaken } }));
    return commit(table, [putHead(conversation), ...beside, ...puts]);
  }

  await commit(table, [putFormingHead(conversation, now)]);
  // Where this cannot be said either, its time runs out.
  const abandon = () => commit(table, [abandonHead(id)]).catch(() => undefined);
  try {
    await writeItems(
      table,
      parts.map((put) => ({ put })),
    );
    const outcome = await commit(table, [putFormedHead(conversation), ...beside]);
    if (outcome === 'raced') await abandon();
    return outcome;
  } catch (error) {
    await abandon();
    throw error;
  }
}

const commit = (table: Table, items: readonly TransactionItem[]): Promise<Inserted> =>
  retrying(table, async () => {
    const result = await transact(table, items);
    if (result.committed) return 'stored';
    return result.refused.some((item) => item !== undefined) ? 'raced' : undefined;
  });
