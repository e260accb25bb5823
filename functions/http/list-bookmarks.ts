import { listBookmarks as native } from '../../core/dialects/native/list-bookmarks.ts';
import { listBookmarks } from '../../core/operations/list-bookmarks.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, listBookmarks)]);
