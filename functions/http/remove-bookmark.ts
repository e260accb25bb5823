import { removeBookmark as native } from '../../core/dialects/native/remove-bookmark.ts';
import { removeBookmark } from '../../core/operations/remove-bookmark.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, removeBookmark)]);
