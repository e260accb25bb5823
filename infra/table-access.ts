import type { TableAccess } from './conversations-table.ts';

/** What each function of `functions/http/` does to the table, in the manifest's order: exactly what its role allows. */
export const httpAccess: Readonly<Record<string, TableAccess>> = {
  'create-conversation': { table: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'BatchWriteItem'] },
  'list-conversations': { table: ['GetItem', 'BatchGetItem', 'Query'], index: ['Query'] },
  'get-conversation': { table: ['BatchGetItem', 'Query'] },
  'update-conversation': { table: ['BatchGetItem', 'Query', 'UpdateItem', 'ConditionCheckItem'] },
  'remove-conversation': { table: ['BatchGetItem', 'UpdateItem'] },
  'list-participants': { table: ['BatchGetItem', 'Query'] },
  'add-participant': { table: ['BatchGetItem', 'UpdateItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'] },
  'change-role': { table: ['BatchGetItem', 'Query', 'UpdateItem', 'PutItem', 'ConditionCheckItem'] },
  'remove-participant': { table: ['BatchGetItem', 'Query', 'UpdateItem', 'PutItem', 'ConditionCheckItem'] },
  'leave-conversation': { table: ['BatchGetItem', 'Query', 'UpdateItem', 'PutItem'] },
  'mark-read': { table: ['BatchGetItem', 'GetItem', 'UpdateItem', 'ConditionCheckItem'] },
  'get-unread-count': { table: ['BatchGetItem'] },
  'send-message': {
    table: ['GetItem', 'PutItem', 'UpdateItem', 'BatchGetItem', 'DeleteItem', 'Query'],
    index: ['Query'],
  },
  'list-messages': { table: ['GetItem', 'BatchGetItem', 'Query'] },
  'get-message': { table: ['BatchGetItem'] },
  'edit-message': { table: ['BatchGetItem', 'UpdateItem', 'ConditionCheckItem'] },
  'delete-message': { table: ['BatchGetItem', 'UpdateItem', 'ConditionCheckItem'] },
  'list-reactions': { table: ['BatchGetItem'] },
  'add-reaction': { table: ['GetItem', 'BatchGetItem', 'UpdateItem', 'ConditionCheckItem'] },
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
  'count-devices': { table: ['GetItem', 'BatchGetItem'], index: ['Query'] },
};

/**
 * What each function of `functions/socket/` does to the table: the three of a connection, and the actions in the manifest's
 * order. An action does as its operation does, and renews the lease of its socket by an update.
 */
export const socketAccess: Readonly<Record<string, TableAccess>> = {
  connect: { table: ['UpdateItem'] },
  disconnect: { table: ['UpdateItem', 'DeleteItem'] },
  default: {},
  'list-conversations': { table: ['BatchGetItem', 'UpdateItem'], index: ['Query'] },
  'create-conversation': { table: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'BatchWriteItem'] },
  'invite-to-conversation': { table: ['BatchGetItem', 'UpdateItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'] },
  'leave-conversation': { table: ['BatchGetItem', 'Query', 'UpdateItem', 'PutItem'] },
  'remove-conversation': { table: ['BatchGetItem', 'UpdateItem'] },
  'send-message': {
    table: ['GetItem', 'PutItem', 'UpdateItem', 'BatchGetItem', 'DeleteItem'],
    index: ['Query'],
  },
  'reply-to-message': {
    table: ['BatchGetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem', 'DeleteItem'],
    index: ['Query'],
  },
  'get-messages-since': { table: ['BatchGetItem', 'Query', 'UpdateItem'] },
  'get-messages-before': { table: ['BatchGetItem', 'Query', 'UpdateItem'] },
  'get-conversation-participants': { table: ['BatchGetItem', 'Query', 'UpdateItem'] },
  'get-active-users': { table: ['BatchGetItem', 'UpdateItem'], index: ['Query'] },
  'mark-read': { table: ['BatchGetItem', 'GetItem', 'UpdateItem', 'ConditionCheckItem'] },
  typing: { table: ['BatchGetItem', 'UpdateItem', 'DeleteItem'], index: ['Query'] },
  ping: { table: ['UpdateItem'] },
};

/** What an authorizer does to the table: it keeps the profiles that tokens tell of. */
export const authorizerAccess: TableAccess = { table: ['GetItem', 'UpdateItem'] };

/** What each function of `functions/stream/` does to the table. */
export const streamAccess = {
  'conversation-changes': {
    table: ['GetItem', 'Query', 'BatchGetItem', 'BatchWriteItem', 'UpdateItem', 'DeleteItem'],
    index: ['Query'],
  },
  presence: { table: ['BatchGetItem', 'UpdateItem', 'DeleteItem'], index: ['Query'] },
} satisfies Readonly<Record<string, TableAccess>>;

/** What each function of `functions/schedule/` does to the table. */
export const scheduleAccess = {
  'sweep-sockets': { table: ['BatchGetItem', 'UpdateItem', 'DeleteItem'], index: ['Query'] },
} satisfies Readonly<Record<string, TableAccess>>;
