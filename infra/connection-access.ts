/** What a function does to connections, as its requests to the gateway are called: it posts to them, or closes them. */
export type ConnectionAccess = readonly ('POST' | 'DELETE')[];

/**
 * What each function does to connections, by its place below `functions/`: exactly what its role allows. Whoever sends
 * tells the audience before it answers. An action that finds its own socket no longer registered posts the answer, since
 * none would arrive once it has closed it. Who consumes the stream ends a socket that takes nothing.
 */
export const connectionAccess: Readonly<Record<string, ConnectionAccess>> = {
  'http/send-message': ['POST'],
  'socket/list-conversations': ['POST', 'DELETE'],
  'socket/create-conversation': ['POST', 'DELETE'],
  'socket/invite-to-conversation': ['POST', 'DELETE'],
  'socket/leave-conversation': ['POST', 'DELETE'],
  'socket/remove-conversation': ['POST', 'DELETE'],
  'socket/send-message': ['POST', 'DELETE'],
  'socket/reply-to-message': ['POST', 'DELETE'],
  'socket/get-messages-since': ['POST', 'DELETE'],
  'socket/get-messages-before': ['POST', 'DELETE'],
  'socket/get-conversation-participants': ['POST', 'DELETE'],
  'socket/get-active-users': ['POST', 'DELETE'],
  'socket/mark-read': ['POST', 'DELETE'],
  'socket/typing': ['POST', 'DELETE'],
  'socket/ping': ['POST', 'DELETE'],
  'stream/conversation-changes': ['POST', 'DELETE'],
  'stream/presence': ['POST', 'DELETE'],
  'schedule/sweep-sockets': ['DELETE'],
};
