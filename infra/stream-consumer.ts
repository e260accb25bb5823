import { Duration } from 'aws-cdk-lib';
import {
  EventSourceMapping,
  FilterCriteria,
  type IEventSourceMapping,
  MetricType,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ConversationsTable } from './conversations-table.ts';
import type { FailedRecords } from './failed-records.ts';
import type { ParleyFunction } from './function.ts';
import type { StreamFilters } from './stream-filters.ts';

export interface StreamConsumerProps {
  readonly conversations: ConversationsTable;
  readonly fn: ParleyFunction;
  readonly filters: StreamFilters;
  /** How many records the function is given at once, at most. */
  readonly batchSize: number;
  /** Where a record goes that the function fails at again and again. */
  readonly failed: FailedRecords;
}

/**
 * Has a function consume some of the table's stream: what Lambda reads for it, in which order and how often. Lambda reads
 * by the function's role, so that gets the permissions.
 */
export class StreamConsumer extends Construct {
  readonly fn: ParleyFunction;
  readonly mapping: IEventSourceMapping;

  constructor(scope: Construct, id: string, { conversations, fn, filters, batchSize, failed }: StreamConsumerProps) {
    super(scope, id);
    this.fn = fn;
    fn.allow(
      ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((action) => `dynamodb:${action}`),
      conversations.streamArn,
    );
    failed.grantKeeping(fn);
    this.mapping = new EventSourceMapping(this, 'Mapping', {
      target: fn.lambda,
      eventSourceArn: conversations.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: filters.map((pattern) => FilterCriteria.filter(pattern)),
      batchSize,
      // None waits for others to come.
      maxBatchingWindow: Duration.seconds(0),
      // By partition key: what one conversation, or one user, is waiting for, the others need not.
      parallelizationFactor: 10,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: 30,
      // Half of a stream's memory: what waits so long is kept in the bucket before the stream forgets it.
      maxRecordAge: Duration.hours(12),
      onFailure: { bind: () => ({ destination: failed.bucket.bucketArn }) },
      supportS3OnFailureDestination: true,
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
  }
}
