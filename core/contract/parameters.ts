import * as z from 'zod/mini';
import { cursor, idempotencyKey, pageLimit, uuid } from './values.ts';

/** `?userId=` names the acting user on any route that has one. */
export const acting = { userId: z.optional(uuid()) };

/** What every list takes. */
export const paging = { limit: pageLimit(), cursor: z.optional(cursor()) };

/** A path that names one thing by its id. */
export const byId = z.object({ id: uuid() });

/** A request that can be sent again without harm. */
export const retryable = z.object({ 'idempotency-key': z.optional(idempotencyKey()) });
