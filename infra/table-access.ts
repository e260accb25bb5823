import type { TableAccess } from './conversations-table.ts';

/** What each operation of the manifest does to the table: exactly what its role allows. */
export const tableAccess: Readonly<Record<string, TableAccess>> = {
  'create-conversation': { table: ['GetItem', 'BatchGetItem', 'PutItem', 'BatchWriteItem'] },
  'list-conversations': { table: ['BatchGetItem'], index: ['Query'] },
  'get-conversation': { table: ['BatchGetItem'] },
  'send-message': { table: ['GetItem', 'PutItem', 'UpdateItem'] },
  'list-messages': { table: ['BatchGetItem', 'Query'] },
  'get-message': { table: ['BatchGetItem'] },
  'edit-message': { table: ['BatchGetItem', 'UpdateItem', 'ConditionCheckItem'] },
  'delete-message': { table: ['BatchGetItem', 'UpdateItem', 'ConditionCheckItem'] },
  'list-reactions': { table: ['BatchGetItem'] },
  'add-reaction': { table: ['BatchGetItem', 'UpdateItem', 'ConditionCheckItem'] },
  'remove-reaction': { table: ['BatchGetItem', 'UpdateItem', 'ConditionCheckItem'] },
  'add-bookmark': { table: ['BatchGetItem', 'PutItem'] },
  'remove-bookmark': { table: ['BatchGetItem', 'DeleteItem'] },
  'list-bookmarks': { table: ['Query', 'BatchGetItem'] },
  health: {},
};
