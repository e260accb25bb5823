import * as z from 'zod/mini';
import type { FunctionDefinition } from '../lambda/functions.ts';
import { decide } from '../policy.ts';
import { Problem } from '../problem.ts';
import type { Template } from '../template.ts';
import { type Filter, readFilter } from './filter.ts';

/** Which records of the table's stream a function is told of, and how often. */
export interface Mapping {
  readonly id: string;
  /** By whose role Lambda reads the stream and keeps what fails. */
  readonly function: FunctionDefinition;
  /** The stream's name in the stack; the engine calls it otherwise. */
  readonly streamArn: string;
  /** A record passes that passes one of them. */
  readonly filters: readonly Filter[];
  readonly batchSize: number;
  /** How often a batch is tried again. */
  readonly retries: number;
  /** Whether a batch that fails is halved, so that what fails in it comes to stand alone. */
  readonly halves: boolean;
  /** Whether the function tells at which record it failed. */
  readonly reportsFailures: boolean;
  /** The bucket that keeps what has failed for good; without it, nothing does. */
  readonly bucket: string | undefined;
}

const MappingProperties = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  StartingPosition: z.literal('TRIM_HORIZON'),
  BatchSize: z._default(z.int(), 100),
  MaximumBatchingWindowInSeconds: z.optional(z.literal(0)),
  BisectBatchOnFunctionError: z._default(z.boolean(), false),
  FunctionResponseTypes: z._default(z.array(z.literal('ReportBatchItemFailures')), []),
  // For ever, if absent.
  MaximumRetryAttempts: z._default(z.int(), -1),
  FilterCriteria: z._default(z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })) }), {
    Filters: [],
  }),
  DestinationConfig: z.optional(
    z.strictObject({ OnFailure: z.strictObject({ Destination: z.string().check(z.startsWith('arn:aws:s3:::')) }) }),
  ),
  // Of no effect here: one batch at a time keeps more of an order than is promised.
  ParallelizationFactor: z.optional(z.unknown()),
  // Nor this: a laptop sleeps, and what was written before shall still be consumed when it wakes.
  MaximumRecordAgeInSeconds: z.optional(z.unknown()),
  MetricsConfig: z.optional(z.unknown()),
  Tags: z.optional(z.unknown()),
});

/**
 * The stack's event source mappings.
 * @throws Problem naming a mapping that the laptop cannot play, or what its function's role does not allow
 */
export function readMappings(template: Template, functions: readonly FunctionDefinition[]): Mapping[] {
  return template.all('AWS::Lambda::EventSourceMapping', MappingProperties).map(({ ref: id, properties }) => {
    const { FunctionName, EventSourceArn, MaximumRetryAttempts, DestinationConfig } = properties;
    const definition = functions.find(({ name, arn }) => name === FunctionName || arn === FunctionName);
    if (definition === undefined) throw new Problem(`unable to play ${id}; there is no function ${FunctionName}`);
    if (!/^arn:aws:dynamodb:.*\/stream\//.test(EventSourceArn))
      throw new Problem(`unable to play ${id}; ${EventSourceArn} is not a table's stream`);

    const bucketArn = DestinationConfig?.OnFailure.Destination;
    if (bucketArn !== undefined) {
      requireAllowed(definition, 's3:ListBucket', bucketArn);
      requireAllowed(definition, 's3:PutObject', `${bucketArn}/aws/lambda/${id}/object`);
    }
    return {
      id,
      function: definition,
      streamArn: EventSourceArn,
      filters: properties.FilterCriteria.Filters.map(({ Pattern }) => readFilter(Pattern)),
      batchSize: properties.BatchSize,
      retries: MaximumRetryAttempts < 0 ? Number.POSITIVE_INFINITY : MaximumRetryAttempts,
      halves: properties.BisectBatchOnFunctionError,
      reportsFailures: properties.FunctionResponseTypes.length > 0,
      bucket: bucketArn?.replace('arn:aws:s3:::', ''),
    };
  });
}

/**
 * Checks what Lambda does for a function by the function's role.
 * @throws Problem if the role does not allow it
 */
export function requireAllowed({ name, statements }: FunctionDefinition, action: string, resource: string): void {
  if (decide(statements, action, resource) !== 'allowed')
    throw new Problem(`unable to let ${name} consume the stream; its role does not allow ${action} on ${resource}`);
}
