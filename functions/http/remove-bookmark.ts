import { removeBookmark as native } from '../../core/dialects/native/remove-bookmark.ts';
import { removeBookmark } from '../../core/operations/remove-bookmark.ts';
import { httpFunction } from '../edge/http.ts';

export const handler = httpFunction([native], removeBookmark);
