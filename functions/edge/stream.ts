import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import type { Deps } from '../../core/operations/deps.ts';
import { log, traceOf } from './log.ts';
import { ANSWER_TAKES_MS, timeLeft } from './too-slow.ts';

/** An item as a stream's record shows it before and after its change; one of them is missing where there was none. */
export interface Change<Image> {
  readonly before: Image | undefined;
  readonly after: Image | undefined;
  /** When it was made, in Unix milliseconds, to a second; undefined where the record does not tell. */
  readonly at: number | undefined;
}

type StreamHandler = (
  event: DynamoDBStreamEvent,
  context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>,
) => Promise<DynamoDBBatchResponse>;

/**
 * A function that consumes the table's stream, one record after the other: `consume` must stand being told the same, and
 * late. At the first failure it stops and names that record, from which Lambda goes on. When it is the first of several
 * it throws instead, and Lambda halves the batch: so what can never succeed is alone in the end, and holds up nothing
 * but itself.
 * @param image what the consumer must know of an item, as DynamoDB writes it: `{ id: { S: … } }`
 * @param deps the world in which it operates
 */
export const streamFunction =
  <Image, World extends Deps>(
    image: z.ZodMiniType<Image>,
    consume: (deps: World, change: Change<Image>) => Promise<void>,
    deps: World,
  ): StreamHandler =>
  async ({ Records: records }, { awsRequestId: requestId, getRemainingTimeInMillis }) => {
    const change = changeOf(image);
    const time = timeLeft(getRemainingTimeInMillis() - ANSWER_TAKES_MS);
    const within = { ...deps, table: { ...deps.table, signal: time.signal } };
    let done = 0;
    try {
      for (const record of records) {
        await Promise.race([consume(within, change.parse(record.dynamodb)), time.over]);
        done += 1;
      }
      return { batchItemFailures: [] };
    } catch (error) {
      const sequenceNumber = records[done]?.dynamodb?.SequenceNumber;
      log('ERROR', { requestId, sequenceNumber, ...traceOf(error) });
      if (sequenceNumber === undefined || (done === 0 && records.length > 1)) throw new Unconsumed();
      return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
    } finally {
      time.end();
      log('INFO', { requestId, records: records.length, done });
    }
  };

/** The batch is to be halved. Says no more, as Lambda logs it. */
class Unconsumed extends Error {
  override readonly name = 'Unconsumed';
}

const changeOf = <Image>(image: z.ZodMiniType<Image>) =>
  z.pipe(
    z.object({
      OldImage: z.optional(image),
      NewImage: z.optional(image),
      ApproximateCreationDateTime: z.optional(z.number()),
    }),
    z.transform(
      ({ OldImage, NewImage, ApproximateCreationDateTime: seconds }): Change<Image> => ({
        before: OldImage,
        after: NewImage,
        at: seconds === undefined ? undefined : seconds * 1000,
      }),
    ),
  );
