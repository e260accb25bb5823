import * as z from 'zod/mini';
import { EventTooLarge, FunctionFailure } from '../lambda/failure.ts';
import type { FailedBatch } from './failed-batch.ts';
import type { Mapping } from './mappings.ts';
import type { StreamRecord } from './record.ts';

/** What a delivery needs of its surroundings. */
export interface Surroundings {
  /** Invokes the mapping's function with an event, and gives its result. */
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Waits before the retry of that number: 1, 2, 3 … */
  readonly pause: (retry: number) => Promise<void>;
  /** Takes a batch that was given up. */
  readonly giveUp: (batch: Omit<FailedBatch, 'shardId'>) => Promise<void>;
  /** Is told of each record that is over and done with, with all before it. */
  readonly passed: (sequenceNumber: string) => Promise<void>;
  /** Aborted when no more shall be begun. */
  readonly signal: AbortSignal;
}

/** Where a function failed at a batch: at the record of that index, or as a whole. */
type Outcome = 'done' | 'failed' | { readonly failedAt: number };

/** Records that are tried together, and how often they were. */
interface Piece {
  readonly records: readonly StreamRecord[];
  readonly failures: number;
}

/**
 * Delivers a batch to the mapping's function in Lambda's way, in order: what fails is tried again until its retries are used
 * up, and then given up. Where the function tells at which record it failed, those before it are done. Where it fails as a
 * whole, the batch is halved, if the mapping says so, and that counts as no retry.
 * @throws the reason of the signal once that is aborted: what is left is to be delivered another time
 */
export async function deliver(
  records: readonly StreamRecord[],
  mapping: Mapping,
  { invoke, pause, giveUp, passed, signal }: Surroundings,
): Promise<void> {
  const pieces: Piece[] = [{ records, failures: 0 }];
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
    signal.throwIfAborted();
    const outcome = await attempt(piece.records, mapping, invoke);
    const failedAt = typeof outcome === 'object' ? outcome.failedAt : 0;
    const done = outcome === 'done' ? piece.records : piece.records.slice(0, failedAt);
    const rest = piece.records.slice(done.length);
    const failures = done.length > 0 ? 1 : piece.failures + 1;
    const last = done.at(-1);
    if (last) await passed(last.dynamodb.SequenceNumber);

    if (rest.length === 0) continue;
    if (outcome === 'failed' && mapping.halves && rest.length > 1) {
      const middle = Math.ceil(rest.length / 2);
      pieces.unshift(
        { records: rest.slice(0, middle), failures: piece.failures },
        { records: rest.slice(middle), failures: piece.failures },
      );
    } else if (failures > mapping.retries) {
      // An abort may be why it failed.
      signal.throwIfAborted();
      await giveUp({ records: rest, invocations: failures, threw: outcome === 'failed' });
      const end = rest.at(-1);
      if (end) await passed(end.dynamodb.SequenceNumber);
    } else {
      await pause(failures);
      pieces.unshift({ records: rest, failures });
    }
  }
}

async function attempt(
  records: readonly StreamRecord[],
  { reportsFailures }: Mapping,
  invoke: Surroundings['invoke'],
): Promise<Outcome> {
  try {
    const result = await invoke({ Records: records });
    return reportsFailures ? outcomeOf(result, records) : 'done';
  } catch (error) {
    if (error instanceof FunctionFailure || error instanceof EventTooLarge) return 'failed';
    throw error;
  }
}

const Answer = z.nullish(z.object({ batchItemFailures: z.nullish(z.array(z.object({ itemIdentifier: z.string() }))) }));

/** What a function's answer says: nothing failed, or all from a record on, or all where the answer makes no sense. */
function outcomeOf(result: unknown, records: readonly StreamRecord[]): Outcome {
  const answer = Answer.safeParse(result);
  if (!answer.success) return 'failed';
  const named = (answer.data?.batchItemFailures ?? []).map(({ itemIdentifier }) =>
    records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier),
  );
  if (named.length === 0) return 'done';
  const failedAt = Math.min(...named);
  return failedAt < 0 ? 'failed' : { failedAt };
}
