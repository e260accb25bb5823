import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Mapping } from './mappings.ts';
import type { StreamRecord } from './record.ts';

/** A batch that was given up. */
export interface FailedBatch {
  readonly shardId: string;
  readonly records: readonly StreamRecord[];
  /** How often the function was invoked with it. */
  readonly invocations: number;
  /** Whether the function failed as a whole, and did not name a record. */
  readonly threw: boolean;
}

/**
 * Writes a batch that was given up as Lambda writes it to S3: a document that tells of the failure and holds, as
 * `payload`, the event for another try.
 * @param directory the one that stands for the bucket
 * @returns the file
 */
export async function keepFailedBatch(directory: string, mapping: Mapping, batch: FailedBatch): Promise<string> {
  const { shardId, records, invocations, threw } = batch;
  const now = new Date().toISOString();
  const [day = '', time = ''] = now.split('T');
  const object = `${day}T${time.slice(0, 8).replaceAll(':', '.')}-${randomUUID()}`;
  const file = join(directory, 'aws', 'lambda', mapping.id, shardId, ...day.split('-'), object);
  const [first, last] = [records[0]?.dynamodb, records.at(-1)?.dynamodb];
  const document = {
    requestContext: {
      requestId: randomUUID(),
      functionArn: mapping.function.arn,
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: invocations,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: threw ? 'Unhandled' : null,
    },
    version: '1.0',
    timestamp: now,
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn: mapping.streamArn,
    },
    payload: JSON.stringify({ Records: records }),
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(document));
  return file;
}

const arrival = (change: StreamRecord['dynamodb'] | undefined): string =>
  new Date((change?.ApproximateCreationDateTime ?? 0) * 1_000).toISOString();
