import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { consume, type Invoke } from './consume.ts';
import { readFailedBatch } from './failed-batch.ts';

/** Under this prefix Lambda leaves what its event source mappings give up. */
const PREFIX = 'aws/lambda/';

export interface Redriving {
  readonly s3: S3Client;
  readonly lambda: LambdaClient;
  readonly bucket: string;
  /** Only to tell what there is. */
  readonly dryRun: boolean;
  /** Takes a line about each batch. */
  readonly report: (line: string) => void;
}

/** How many batches were consumed, and are no longer in the bucket, and how many still are. */
export interface Redriven {
  readonly consumed: number;
  readonly kept: number;
}

/**
 * Gives every batch in the bucket to its function again, and deletes those of which every record was consumed.
 * @throws what S3 said, if it does not tell what is in the bucket
 */
export async function redrive(redriving: Redriving): Promise<Redriven> {
  const { s3, bucket, report } = redriving;
  let [consumed, kept] = [0, 0];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: PREFIX })) {
    for (const { Key } of Contents) {
      if (Key === undefined) continue;
      const { isConsumed, outcome } = await redriveOne(redriving, Key).catch((error: unknown) => {
        const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        return { isConsumed: false, outcome: `kept; ${reason}` };
      });
      report(`${Key}: ${outcome}`);
      if (isConsumed) consumed += 1;
      else kept += 1;
    }
  }
  return { consumed, kept };
}

async function redriveOne(
  { s3, lambda, bucket, dryRun }: Redriving,
  Key: string,
): Promise<{ isConsumed: boolean; outcome: string }> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
  const batch = readFailedBatch((await Body?.transformToString()) ?? '');
  if (!batch) return { isConsumed: false, outcome: 'kept; this is no batch that Lambda gave up' };

  const { functionArn, records } = batch;
  const what = `${records.length} for ${functionArn.replace(/^.*:function:/, '')}`;
  if (dryRun) return { isConsumed: false, outcome: what };

  const failed = await consume(invokeBy(lambda, functionArn), records);
  if (failed.length > 0) return { isConsumed: false, outcome: `kept; of ${what}, ${failed.length} failed again` };
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  return { isConsumed: true, outcome: `consumed, ${what}` };
}

const invokeBy =
  (lambda: LambdaClient, FunctionName: string): Invoke =>
  async (event) => {
    const Payload = JSON.stringify(event);
    const answer = await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'RequestResponse', Payload }));
    if (answer.FunctionError !== undefined) return undefined;
    return { answer: JSON.parse(answer.Payload?.transformToString() || 'null') };
  };
