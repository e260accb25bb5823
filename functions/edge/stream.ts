import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { type Deps, withSignal } from '../../core/operations/deps.ts';
import type { ItemRecord, Progress } from '../../core/realtime/records.ts';
import { log, traceOf } from './log.ts';
import { ANSWER_TAKES_MS, timeLeft } from './too-slow.ts';

type StreamHandler = (
  event: DynamoDBStreamEvent,
  context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>,
) => Promise<DynamoDBBatchResponse>;

/**
 * A function that consumes the table's stream, one record after the other: `consume` must stand being told the same, and
 * late. At the first failure it stops.
 * @param deps the world in which it operates
 */
export const streamFunction = <World extends Deps>(
  consume: (deps: World, record: ItemRecord) => Promise<void>,
  deps: World,
): StreamHandler =>
  consumer(deps, async (within, records, over) => {
    let done = 0;
    try {
      for (const record of records) {
        await Promise.race([consume(within, ItemChange.parse(record.dynamodb)), over]);
        done += 1;
      }
      return { done };
    } catch (error) {
      return { done, error };
    }
  });

/**
 * A function that consumes the table's stream, all records of a batch together: `consume` must stand being told the same, and
 * late.
 * @param deps the world in which it operates
 */
export const streamBatchFunction = <World extends Deps>(
  consume: (deps: World, records: readonly ItemRecord[]) => Promise<Progress>,
  deps: World,
): StreamHandler =>
  consumer(deps, async (within, records, over) => {
    try {
      const changes = records.map(({ dynamodb }) => ItemChange.parse(dynamodb));
      return await Promise.race([consume(within, changes), over]);
    } catch (error) {
      return { done: 0, error };
    }
  });

/**
 * Consumes batches of records, and tells Lambda how far it came: it names the record that it failed at, from which Lambda goes
 * on. When that is the first of several it throws instead, and Lambda halves the batch: so what can never succeed is alone in
 * the end, and holds up nothing but itself.
 */
const consumer =
  <World extends Deps>(
    deps: World,
    consume: (within: World, records: readonly DynamoDBRecord[], over: Promise<never>) => Promise<Progress>,
  ): StreamHandler =>
  async ({ Records: records }, { awsRequestId: requestId, getRemainingTimeInMillis }) => {
    const time = timeLeft(getRemainingTimeInMillis() - ANSWER_TAKES_MS);
    const { done, error } = await consume(withSignal(deps, time.signal), records, time.over).finally(time.end);
    const failed = records[done];
    const sequenceNumber = failed?.dynamodb?.SequenceNumber;
    if (failed) log('ERROR', { requestId, sequenceNumber, ...traceOf(error) });
    log('INFO', { requestId, records: records.length, done });
    if (!failed) return { batchItemFailures: [] };
    if (sequenceNumber === undefined || (done === 0 && records.length > 1)) throw new Unconsumed();
    return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
  };

/** The batch is to be halved. Says no more, as Lambda logs it. */
class Unconsumed extends Error {
  override readonly name = 'Unconsumed';
}

/** What a record tells of an item; an image is missing where there was none. */
const ItemChange = z.pipe(
  z.object({
    OldImage: z.optional(z.unknown()),
    NewImage: z.optional(z.unknown()),
    ApproximateCreationDateTime: z.optional(z.number()),
  }),
  z.transform(
    ({ OldImage: before, NewImage: after, ApproximateCreationDateTime: seconds }): ItemRecord => ({
      before,
      after,
      at: seconds === undefined ? undefined : seconds * 1000,
    }),
  ),
);
