import { addBookmark as native } from '../../core/dialects/native/add-bookmark.ts';
import { addBookmark } from '../../core/operations/add-bookmark.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([serve(native, addBookmark)]);
