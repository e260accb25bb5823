import type { TableAccess } from './conversations-table.ts';

/** What each operation of the manifest does to the table: exactly what its role allows. */
export const tableAccess: Readonly<Record<string, TableAccess>> = {
  'create-conversation': { table: ['GetItem', 'BatchGetItem', 'PutItem', 'BatchWriteItem'] },
  'list-conversations': { table: ['BatchGetItem'], index: ['Query'] },
  'get-conversation': { table: ['BatchGetItem'] },
  'send-message': { table: ['GetItem', 'PutItem', 'UpdateItem'] },
  'list-messages': { table: ['BatchGetItem', 'Query'] },
  health: {},
};

/** What each function of `functions/stream/` does to the table. */
export const streamAccess = {
  'erase-conversations': { table: ['GetItem', 'Query', 'BatchWriteItem', 'UpdateItem', 'DeleteItem'] },
} satisfies Readonly<Record<string, TableAccess>>;
