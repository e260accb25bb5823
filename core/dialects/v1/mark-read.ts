import * as routes from '../../contract/v1/routes/messages.ts';
import type { MessageInput } from '../../operations/message-access.ts';
import { v1Codec } from './codec.ts';

export const markRead = v1Codec(routes.markRead, {
  action: 'mark message as read',
  decode: ({ path, query }): MessageInput => ({ messageId: path.messageId, actingUserId: query.userId }),
  encode: () => ({ status: 200, body: { message: 'Message marked as read' } }),
});
