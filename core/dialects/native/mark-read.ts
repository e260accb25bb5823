import * as routes from '../../contract/native/routes/reads.ts';
import type { MarkReadInput, Read } from '../../operations/mark-read.ts';
import { actingUserIn, nativeCodec } from './codec.ts';
import { readBody } from './read.ts';

export const markRead = nativeCodec(routes.markRead, {
  decode: ({ path, query, body }): MarkReadInput => ({
    conversationId: path.id,
    lastReadMessageId: body.lastReadMessageId,
    actingUserId: actingUserIn(query, 'userId', body.userId),
  }),
  encode: (read: Read) => ({ status: 200, body: { status: 'ok', read: readBody(read) } }),
});
