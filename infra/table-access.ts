import type { TableAccess } from './conversations-table.ts';

/** What each operation of the manifest does to the table: exactly what its role allows. */
export const tableAccess: Readonly<Record<string, TableAccess>> = {
  'create-conversation': { table: ['GetItem', 'BatchGetItem', 'PutItem', 'BatchWriteItem'] },
  'list-conversations': { table: ['BatchGetItem'], index: ['Query'] },
  'get-conversation': { table: ['BatchGetItem'] },
  'send-message': { table: ['GetItem', 'PutItem', 'UpdateItem'] },
  'list-messages': { table: ['BatchGetItem', 'Query'] },
  'list-profiles': { table: ['BatchGetItem'], index: ['Query'] },
  'get-profile': { table: ['GetItem'] },
  'put-profile': { table: ['UpdateItem'] },
  'get-platform': { table: ['GetItem'] },
  'put-platform': { table: ['UpdateItem'] },
  health: {},
};

/** What an authorizer does to the table: it keeps the profiles that tokens tell of. */
export const authorizerAccess: TableAccess = { table: ['GetItem', 'UpdateItem'] };
