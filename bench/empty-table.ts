import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { backOff } from '../core/store/back-off.ts';
import type { Table } from '../core/store/table.ts';
import { openEngine } from '../local/dynamodb/engine.ts';
import { dropTable, engineClient, ensureTable, type TableDefinition, withoutStream } from '../local/dynamodb/table.ts';

/**
 * Lends `work` an empty table and the endpoint of its engine: one in memory, or the one that `DYNAMODB_ENDPOINT` names.
 * @returns what `work` does
 */
export async function withEmptyTable<Result>(
  definition: TableDefinition,
  work: (table: Table, endpoint: string) => Promise<Result>,
): Promise<Result> {
  const engine = await openEngine({ endpoint: process.env['DYNAMODB_ENDPOINT'] });
  const admin = engineClient(engine.endpoint);
  try {
    await ensureTable(admin, withoutStream(definition));
    const client = DynamoDBDocumentClient.from(admin, { marshallOptions: { removeUndefinedValues: true } });
    const result = await work({ name: definition.TableName, client, pause: backOff }, engine.endpoint);
    await dropTable(admin, definition);
    return result;
  } finally {
    admin.destroy();
    await engine.close();
  }
}
