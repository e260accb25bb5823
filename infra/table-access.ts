import type { TableAccess } from './conversations-table.ts';

/** What each operation does to the table, in the manifest's order: exactly what its role allows. */
export const tableAccess: Readonly<Record<string, TableAccess>> = {
  'create-conversation': { table: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'BatchWriteItem'] },
  'list-conversations': { table: ['BatchGetItem'], index: ['Query'] },
  'get-conversation': { table: ['BatchGetItem'] },
  'update-conversation': { table: ['BatchGetItem', 'UpdateItem', 'ConditionCheckItem'] },
  'remove-conversation': { table: ['BatchGetItem', 'UpdateItem'] },
  'list-participants': { table: ['BatchGetItem', 'Query'] },
  'add-participant': { table: ['BatchGetItem', 'UpdateItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'] },
  'change-role': { table: ['BatchGetItem', 'Query', 'UpdateItem', 'PutItem', 'ConditionCheckItem'] },
  'remove-participant': { table: ['BatchGetItem', 'Query', 'UpdateItem', 'PutItem', 'ConditionCheckItem'] },
  'leave-conversation': { table: ['BatchGetItem', 'Query', 'UpdateItem', 'PutItem'] },
  'mark-read': { table: ['BatchGetItem', 'GetItem', 'UpdateItem', 'ConditionCheckItem'] },
  'get-unread-count': { table: ['BatchGetItem'] },
  'send-message': { table: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'] },
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
  'list-profiles': { table: ['BatchGetItem'], index: ['Query'] },
  'get-profile': { table: ['GetItem'] },
  'put-profile': { table: ['UpdateItem'] },
  'get-platform': { table: ['GetItem'] },
  'put-platform': { table: ['UpdateItem'] },
  health: {},
};

/** What an authorizer does to the table: it keeps the profiles that tokens tell of. */
export const authorizerAccess: TableAccess = { table: ['GetItem', 'UpdateItem'] };

/** What each function of `functions/stream/` does to the table. */
export const streamAccess = {
  'erase-conversations': { table: ['GetItem', 'Query', 'BatchWriteItem', 'UpdateItem', 'DeleteItem'] },
} satisfies Readonly<Record<string, TableAccess>>;
