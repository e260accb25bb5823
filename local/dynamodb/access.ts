import * as z from 'zod/mini';
import { arn } from '../aws.ts';
import type { Access } from '../gate.ts';

const OnTable = z.object({ TableName: z.string(), IndexName: z.optional(z.string()) });
const Batch = z.object({ RequestItems: z.record(z.string(), z.unknown()) });
const Transaction = z.object({ TransactItems: z.array(z.record(z.string(), OnTable)) });

/** The permission that each part of a transaction needs: IAM knows no transactions. */
const transactionActions: Record<string, string> = {
  ConditionCheck: 'ConditionCheckItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};

/**
 * What a request to DynamoDB must be allowed to do.
 * @param operation `Query`, as the header `x-amz-target` ends
 * @param input the request's body, parsed
 * @throws $ZodError if the operation acts on no table, or not in a way known here (PartiQL, say)
 */
export function accessesOf(operation: string, input: unknown): Access[] {
  switch (operation) {
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys(Batch.parse(input).RequestItems).map((table) => access(operation, { TableName: table }));
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return Transaction.parse(input)
        .TransactItems.flatMap((item) => Object.entries(item))
        .map(([kind, on]) => access(transactionActions[kind] ?? kind, on));
    default:
      return [access(operation, OnTable.parse(input))];
  }
}

const access = (action: string, { TableName, IndexName }: z.output<typeof OnTable>): Access => {
  const table = TableName.startsWith('arn:') ? TableName : arn('dynamodb', `table/${TableName}`);
  return { action: `dynamodb:${action}`, resource: IndexName === undefined ? table : `${table}/index/${IndexName}` };
};
