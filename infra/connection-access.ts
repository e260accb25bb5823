/** What a function does to connections, as its requests to the gateway are called: it posts to them, or closes them. */
export type ConnectionAccess = readonly ('POST' | 'DELETE')[];

/**
 * What each function does to connections, by its place below `functions/`: exactly what its role allows. Whoever sends
 * tells the audience before it answers; an action closes its own socket where that is no longer registered.
 */
export const connectionAccess: Readonly<Record<string, ConnectionAccess>> = {
  'http/send-message': ['POST'],
  'socket/list-conversations': ['DELETE'],
  'socket/create-conversation': ['DELETE'],
  'socket/invite-to-conversation': ['DELETE'],
  'socket/leave-conversation': ['DELETE'],
  'socket/remove-conversation': ['DELETE'],
  'socket/send-message': ['POST', 'DELETE'],
  'socket/reply-to-message': ['POST', 'DELETE'],
  'socket/get-messages-since': ['DELETE'],
  'socket/get-messages-before': ['DELETE'],
  'socket/get-conversation-participants': ['DELETE'],
  'socket/get-active-users': ['DELETE'],
  'socket/mark-read': ['DELETE'],
  'socket/typing': ['POST', 'DELETE'],
  'socket/ping': ['DELETE'],
  'stream/conversation-changes': ['POST'],
  'stream/presence': ['POST'],
  'schedule/sweep-sockets': ['DELETE'],
};
