import * as routes from '../../contract/native/routes/bookmarks.ts';
import { bookmarkId } from '../../domain/bookmark.ts';
import type { AddedBookmark } from '../../operations/add-bookmark.ts';
import { isoTime } from '../time.ts';
import { nativeCodec } from './codec.ts';
import { messageInput } from './message-input.ts';

export const addBookmark = nativeCodec(routes.addBookmark, {
  decode: messageInput,
  encode: ({ bookmark, created }: AddedBookmark) => ({
    status: created ? 201 : 200,
    body: {
      status: 'bookmarked',
      bookmark: { ...bookmark, id: bookmarkId(bookmark), createdAt: isoTime(bookmark.createdAt) },
    },
  }),
});
