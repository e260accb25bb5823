import * as z from 'zod/mini';
import { recordKey } from './keys.ts';
import type { Item } from './table.ts';
import type { TransactionItem } from './writing.ts';

/** A key under which a request is stored once: whose and for what it counts, and what the request says. */
export interface IdempotencyKey {
  readonly organization: string;
  readonly scope: string;
  readonly key: string;
  /** Equal for requests of the same content. */
  readonly fingerprint: string;
}

/**
 * What the first request under a key was answered: the id of the thing, and whether that request created it; of a reply,
 * whether it created the conversation that it is in.
 */
export interface FirstAnswer {
  readonly id: string;
  readonly created: boolean;
}

/** Records are promised for 24 hours; the second day covers clocks that disagree. */
const KEPT_SECONDS = 48 * 60 * 60;

const Record = z.object({
  entity: z.literal('idempotency'),
  fingerprint: z.string(),
  id: z.string(),
  created: z.boolean(),
});

/** The write that takes a key, refused when it is taken. `now` in Unix milliseconds. */
export const takeKey = (key: IdempotencyKey, answer: FirstAnswer, now: number): TransactionItem => ({
  Put: {
    Item: {
      ...recordKey(key),
      entity: 'idempotency',
      fingerprint: key.fingerprint,
      ...answer,
      expiresAt: Math.floor(now / 1000) + KEPT_SECONDS,
    } satisfies z.infer<typeof Record> & Item,
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

/** The first answer under a key, read from its record; `reused` when that request said something else. */
export function firstAnswer(record: Item, key: IdempotencyKey): FirstAnswer | 'reused' {
  const { fingerprint, id, created } = Record.parse(record);
  return fingerprint === key.fingerprint ? { id, created } : 'reused';
}
