import * as routes from '../../contract/native/routes/bookmarks.ts';
import type { BookmarkPage } from '../../operations/list-bookmarks.ts';
import { isoTime } from '../time.ts';
import { nativeCodec, nextPage } from './codec.ts';
import { listInput } from './list-input.ts';

export const listBookmarks = nativeCodec(routes.listBookmarks, {
  decode: listInput,
  encode: ({ bookmarks, next }: BookmarkPage, request) => ({
    status: 200,
    headers: nextPage(routes.listBookmarks, request, next),
    body: bookmarks.map(({ bookmark, message }) => ({
      messageId: message.id,
      conversationId: message.conversationId,
      text: message.text,
      createdAt: isoTime(bookmark.createdAt),
      messageCreatedAt: isoTime(message.createdAt),
    })),
  }),
});
