import { FilterRule } from 'aws-cdk-lib/aws-lambda';

/** Which records of the stream a consumer is told of: those that are as one of these patterns. */
export type StreamFilters = readonly Readonly<Record<string, unknown>>[];

const heads = { Keys: { sk: { S: FilterRule.isEqual('#HEAD') } } };
const inStatus = (status: string) => ({ status: { S: FilterRule.isEqual(status) } });

/**
 * The heads of conversations whose items are to be erased: those that were removed, whenever they change, and those that
 * went while they were still being formed. Of a record Lambda sees nothing but what stands under `dynamodb`.
 */
export const endedConversations: StreamFilters = [
  { dynamodb: { ...heads, NewImage: inStatus('removed') } },
  { dynamodb: { ...heads, OldImage: inStatus('forming'), NewImage: { pk: { S: FilterRule.notExists() } } } },
];
