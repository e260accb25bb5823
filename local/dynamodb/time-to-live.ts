import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import type { TableDefinition } from './table.ts';

/**
 * Removes the items of `table` whose time is over: those in which `attribute`, a number of Unix seconds, lies in the past.
 * No engine for a laptop does this by itself.
 * @param client one of the engine
 * @param now Unix milliseconds
 */
export async function removeExpired(
  client: DynamoDBClient,
  { TableName, KeySchema = [] }: TableDefinition,
  attribute: string,
  now: number = Date.now(),
): Promise<void> {
  const isExpired = '#ttl < :now';
  const names = { '#ttl': attribute };
  const values = { ':now': { N: String(Math.floor(now / 1_000)) } };
  const keys = KeySchema.flatMap(({ AttributeName }) => AttributeName ?? []);
  const expired = paginateScan(
    { client },
    {
      TableName,
      FilterExpression: isExpired,
      ProjectionExpression: keys.map((_, at) => `#key${at}`).join(),
      ExpressionAttributeNames: { ...names, ...Object.fromEntries(keys.map((key, at) => [`#key${at}`, key])) },
      ExpressionAttributeValues: values,
    },
  );
  for await (const { Items = [] } of expired) {
    for (const Key of Items) {
      const remove = new DeleteItemCommand({
        TableName,
        Key,
        ConditionExpression: isExpired,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
      });
      await client.send(remove).catch((error: unknown) => {
        // It was given more time, or is gone already.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      });
    }
  }
}
