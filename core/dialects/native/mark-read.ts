import * as routes from '../../contract/native/routes/reads.ts';
import { readId } from '../../domain/read-position.ts';
import type { MarkReadInput, Read } from '../../operations/mark-read.ts';
import { actingUserIn, isoTime, nativeCodec } from './codec.ts';

export const markRead = nativeCodec(routes.markRead, {
  decode: ({ path, query, body }): MarkReadInput => ({
    conversationId: path.id,
    lastReadMessageId: body.lastReadMessageId,
    actingUserId: actingUserIn(query, 'userId', body.userId),
  }),
  encode: ({ conversationId, userId, messageId, at }: Read) => ({
    status: 200,
    body: {
      status: 'ok',
      read: {
        id: readId(conversationId, userId),
        conversationId,
        userId,
        lastReadMessageId: messageId,
        updatedAt: isoTime(at),
      },
    },
  }),
});
