import * as z from 'zod/mini';
import { acting, byId, paging } from '../../parameters.ts';
import { route } from '../../route.ts';
import { Bookmarked, BookmarkedMessage, Unbookmarked } from '../bookmark.ts';

export const addBookmark = route({
  dialect: 'native',
  method: 'POST',
  path: '/messages/{id}/bookmarks',
  operation: 'add-bookmark',
  summary: 'Bookmark a message; again is answered by the bookmark there is, with 200',
  request: { path: byId, query: z.object(acting) },
  responses: { 201: Bookmarked, 200: Bookmarked },
});

export const removeBookmark = route({
  dialect: 'native',
  method: 'DELETE',
  path: '/messages/{id}/bookmarks',
  operation: 'remove-bookmark',
  summary: 'Remove the bookmark of a message',
  request: { path: byId, query: z.object(acting) },
  responses: { 200: Unbookmarked },
});

export const listBookmarks = route({
  dialect: 'native',
  method: 'GET',
  path: '/bookmarks',
  operation: 'list-bookmarks',
  summary: "List a user's bookmarks of messages that it may still read, newest message first",
  request: { query: z.object({ ...acting, ...paging }) },
  responses: { 200: z.array(BookmarkedMessage) },
  paged: true,
});
