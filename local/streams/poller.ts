import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from '../faults.ts';
import { grace } from '../grace.ts';
import type { LogLine } from '../lambda/environment.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { Problem } from '../problem.ts';
import type { Checkpoints } from './checkpoints.ts';
import { deliver } from './delivery.ts';
import { type FailedBatch, keepFailedBatch } from './failed-batch.ts';
import type { Mapping } from './mappings.ts';
import { openReader, type Reading } from './reader.ts';
import { eventRecord, type StreamRecord } from './record.ts';

/** One mapping at work: Lambda's part between the stream and the function. */
export interface Poller {
  /** Resolves once everything is consumed that had been written by then. */
  settled(): Promise<void>;
  /** What Lambda has done in the stream by the function's role, each once, as `action resource`. */
  readonly performed: ReadonlySet<string>;
  /** Settles with the reason when it ends without having been closed. */
  readonly broken: Promise<Problem>;
  /** Begins nothing more, and waits a moment for what is under way. */
  close(): Promise<void>;
}

export interface PollerOptions {
  readonly endpoint: string;
  readonly tableName: string;
  readonly lambda: Lambda;
  readonly checkpoints: Checkpoints;
  /** The folder in which each bucket is one. */
  readonly buckets: string;
  readonly log: (line: LogLine) => void;
  readonly faults?: Pick<Faults, 'repeatBatch'>;
}

/** Between two looks at a stream in which nothing was new. */
const IDLE_MS = 200;
const BACKOFF_BASE_MS = 50;
const BACKOFF_MOST_MS = 5_000;

/**
 * Begins to consume the stream for `mapping`.
 * @throws Problem if its function's role does not allow that
 */
export async function openPoller(mapping: Mapping, options: PollerOptions): Promise<Poller> {
  const { endpoint, tableName, lambda, checkpoints, buckets, log, faults } = options;
  const reader = await openReader(endpoint, tableName, mapping, (stream) => checkpoints.of(mapping.id, stream));
  const stop = new AbortController();
  const { signal } = stop;
  let waiting: (() => void)[] = [];
  let wake = () => {};
  const idle = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, IDLE_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const { name, arn } = mapping.function;

  const giveUp = async (batch: FailedBatch) => {
    const kept = mapping.bucket && (await keepFailedBatch(join(buckets, mapping.bucket), mapping, batch));
    const fields = {
      level: 'ERROR',
      function: name,
      gaveUp: batch.records.length,
      invocations: batch.invocations,
      kept,
    };
    log({ function: name, text: JSON.stringify(fields) });
  };

  const invoke = async (event: unknown) => {
    const result = await lambda.invoke(arn, event);
    return faults?.repeatBatch?.(name, event) ? lambda.invoke(arn, event) : result;
  };

  const consume = async ({ shardId, records }: Reading) => {
    const keep = (sequenceNumber: string) => checkpoints.keep(mapping.id, reader.stream, { shardId, sequenceNumber });
    const read = records.map((record) => eventRecord(record, mapping.streamArn));
    for (const batch of batchesOf(mapping, read)) {
      await deliver(batch, mapping, {
        invoke,
        pause: (retry) => sleep(Math.min(BACKOFF_MOST_MS, BACKOFF_BASE_MS * 2 ** retry), undefined, { signal }),
        giveUp: (failed) => giveUp({ shardId, ...failed }),
        passed: keep,
        signal,
      });
    }
    const last = read.at(-1);
    if (last) await keep(last.dynamodb.SequenceNumber);
  };

  const run = async () => {
    while (!signal.aborted) {
      const waiters = waiting;
      waiting = [];
      const reading = await reader.read();
      await consume(reading);
      if (reading.records.length > 0) waiting.unshift(...waiters);
      else {
        for (const resolve of waiters) resolve();
        if (waiting.length === 0 && !signal.aborted) await idle();
      }
    }
  };

  const running = run();
  const broken = running.then(
    () => new Promise<never>(() => {}),
    (error: unknown) =>
      signal.aborted
        ? new Promise<never>(() => {})
        : new Problem(`the stream is no longer consumed for ${mapping.function.name}; ${error}`),
  );

  return {
    settled: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        wake();
      }),
    performed: reader.performed,
    broken,
    async close() {
      stop.abort();
      wake();
      await grace(running.catch(() => {}));
      reader.close();
    },
  };
}

/** The records that pass the filters, in batches. */
function batchesOf({ filters, batchSize }: Mapping, records: readonly StreamRecord[]): StreamRecord[][] {
  const passing = filters.length === 0 ? records : records.filter((record) => filters.some((filter) => filter(record)));
  return Array.from({ length: Math.ceil(passing.length / batchSize) }, (_, at) =>
    passing.slice(at * batchSize, (at + 1) * batchSize),
  );
}
