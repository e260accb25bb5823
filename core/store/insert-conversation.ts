import { type Conversation, isLarge } from '../domain/conversation.ts';
import type { Participant } from '../domain/participant.ts';
import { putHead } from './conversations.ts';
import { claimedBy, claimKey, type Pair, putClaim } from './direct-claims.ts';
import { type FirstAnswer, firstAnswer, type IdempotencyKey, recordKey, takeKey } from './idempotency.ts';
import { deleteParticipant, putParticipant, putRoster } from './participants.ts';
import { MOST_ATTEMPTS, readItem, type Table, type TransactionItem, transact } from './table.ts';

/** A transaction takes 100 items; the rest of these is for the head, the roster, the claim and a key. */
const PARTICIPANTS_IN_ONE_TRANSACTION = 90;

/** What a create finds before it writes: the answer an earlier request got under its key, and the pair's conversation. */
export interface Earlier {
  readonly answer: FirstAnswer | 'reused' | undefined;
  readonly existing: string | undefined;
}

/** Looks for what came before a create; consistently, in one trip, or none where nothing can have come before. */
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
export type Inserted = 'stored' | 'raced' | 'busy';

/** Remembers that a create was answered with a conversation that existed. `now` in Unix milliseconds. */
export const rememberExisting = (table: Table, key: IdempotencyKey, id: string, now: number): Promise<Inserted> =>
  commit(table, [takeKey(key, { id, created: false }, now)]);

/**
 * Stores a new conversation with its participants, all or nothing.
 * Where they are too many for one transaction the participants come first and the head last: a participant without a
 * head grants and shows nothing.
 * @param now the writer's clock, in Unix milliseconds
 */
export async function insertConversation(
  table: Table,
  conversation: Conversation,
  participants: readonly Participant[],
  { pair, key, now }: { pair: Pair | undefined; key: IdempotencyKey | undefined; now: number },
): Promise<Inserted> {
  const { id } = conversation;
  const last: TransactionItem[] = [
    putHead(conversation),
    ...(isLarge(participants.length) ? [] : [putRoster(id, participants)]),
    ...(pair ? [putClaim(pair, id)] : []),
    ...(key ? [takeKey(key, { id, created: true }, now)] : []),
  ];
  const parts = participants.map((participant) => putParticipant(conversation, participant));
  if (parts.length <= PARTICIPANTS_IN_ONE_TRANSACTION) return commit(table, [...last, ...parts]);

  const takeBack = () =>
    commitInChunks(
      table,
      participants.map(({ userId }) => deleteParticipant(id, userId)),
    );
  const first = await commitInChunks(table, parts);
  // No answer at all to the head's transaction leaves the participants: it may have been carried out.
  const outcome = first === 'stored' ? await commit(table, last) : first;
  if (outcome !== 'stored') await takeBack();
  return outcome;
}

async function commit(table: Table, items: readonly TransactionItem[]): Promise<Inserted> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const result = await transact(table, items);
    if (result.committed) return 'stored';
    if (result.refused.some((item) => item !== undefined)) return 'raced';
    await table.pause(attempt);
  }
  return 'busy';
}

/** Commits more items than one transaction takes, in several at once; `stored` only when all of them are. */
async function commitInChunks(table: Table, items: readonly TransactionItem[]): Promise<Inserted> {
  const chunks: Promise<Inserted>[] = [];
  for (let start = 0; start < items.length; start += PARTICIPANTS_IN_ONE_TRANSACTION) {
    chunks.push(commit(table, items.slice(start, start + PARTICIPANTS_IN_ONE_TRANSACTION)));
  }
  const outcomes = await Promise.allSettled(chunks);
  const failed = outcomes.find((one) => one.status === 'rejected' || one.value !== 'stored');
  return failed ? 'busy' : 'stored';
}
