import { FilterRule } from 'aws-cdk-lib/aws-lambda';

/** Which records of the stream a consumer is told of: those that are as one of these patterns, five at most. */
export type StreamFilters = readonly Readonly<Record<string, unknown>>[];

// Of a record Lambda sees nothing but what stands under `dynamodb`. It compares no image with the other, so a change
// that leaves an announcement as it was passes too, and is the consumer's to tell.
const announced = { announce: { S: FilterRule.exists() } };
const heads = { sk: { S: FilterRule.isEqual('#HEAD') } };
const inStatus = (status: string) => ({ status: { S: FilterRule.isEqual(status) } });

/**
 * What sockets are to hear of a conversation: changes of its messages, its participants and its head that were announced.
 * And the heads of conversations whose items are to be erased: those that were removed, whenever they change, and those
 * that went while they were still being formed.
 */
export const conversationChanges: StreamFilters = [
  { dynamodb: { Keys: { pk: { S: FilterRule.beginsWith('C#') } }, NewImage: announced } },
  { dynamodb: { Keys: heads, NewImage: inStatus('removed') } },
  { dynamodb: { Keys: heads, OldImage: inStatus('forming'), NewImage: { pk: { S: FilterRule.notExists() } } } },
];

/** Whose sockets have opened or closed. An item that goes was announced before, when its last socket went. */
export const presenceChanges: StreamFilters = [
  { dynamodb: { Keys: { sk: { S: FilterRule.isEqual('#SOCKETS') } }, NewImage: announced } },
];
