import type { _Record as SdkRecord } from '@aws-sdk/client-dynamodb-streams';
import * as z from 'zod/mini';
import { region } from '../aws.ts';

/** A record as it stands in a function's event. */
const StreamRecord = z.looseObject({
  dynamodb: z.looseObject({ SequenceNumber: z.string(), ApproximateCreationDateTime: z.optional(z.number()) }),
});
export type StreamRecord = z.output<typeof StreamRecord>;

/**
 * Makes of a record, as an SDK has it, what Lambda makes of it in an event: JSON, with bytes in Base64 and times in seconds.
 * @param streamArn the stream's name in the stack
 */
export function eventRecord(
  { eventID, eventName, eventVersion, dynamodb = {}, userIdentity }: SdkRecord,
  streamArn: string,
): StreamRecord {
  const { ApproximateCreationDateTime: at, ...change } = dynamodb;
  const record = {
    eventID,
    eventName,
    eventVersion,
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: { ...(at && { ApproximateCreationDateTime: Math.floor(at.getTime() / 1_000) }), ...change },
    eventSourceARN: streamArn,
    ...(userIdentity && { userIdentity: { principalId: userIdentity.PrincipalId, type: userIdentity.Type } }),
  };
  const inBase64 = (_: string, value: unknown): unknown =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  return StreamRecord.parse(JSON.parse(JSON.stringify(record, inBase64)));
}
