import { DynamoDBDocumentClient, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Cloud } from '../local/cloud.ts';
import { engineClient } from '../local/dynamodb/table.ts';

const Sockets = z.object({ pk: z.string(), sk: z.string(), ids: z.optional(z.set(z.string())) });

/**
 * Has the leases of all connections that are not there any more end now, past all rules, so that nobody waits for them.
 * @param lost those that the gateway believes to be open, and that are not
 */
export async function endLeases(cloud: Cloud, lost: ReadonlySet<string>): Promise<void> {
  const client = DynamoDBDocumentClient.from(engineClient(cloud.engineEndpoint));
  const { tableName: TableName } = cloud;
  const open = cloud.connections();
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName,
        FilterExpression: 'entity = :sockets',
        ExpressionAttributeValues: { ':sockets': 'sockets' },
        ExclusiveStartKey: start,
      }),
    );
    for (const { pk, sk, ids = new Set<string>() } of (page.Items ?? []).map((item) => Sockets.parse(item))) {
      for (const id of [...ids].filter((one) => lost.has(one) || !open.has(one))) {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: { pk, sk },
            UpdateExpression: 'SET #socket.lease = :past',
            ExpressionAttributeNames: { '#socket': `socket ${id}` },
            ExpressionAttributeValues: { ':past': 0 },
          }),
        );
      }
    }
    start = page.LastEvaluatedKey;
  } while (start);
  client.destroy();
}
