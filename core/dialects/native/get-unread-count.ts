import * as routes from '../../contract/native/routes/reads.ts';
import type { GetUnreadCountInput } from '../../operations/get-unread-count.ts';
import { nativeCodec } from './codec.ts';

export const getUnreadCount = nativeCodec(routes.getUnreadCount, {
  decode: ({ path, query }): GetUnreadCountInput => ({ conversationId: path.id, actingUserId: query.userId }),
  encode: (unreadCount: number) => ({ status: 200, body: { unreadCount } }),
});
