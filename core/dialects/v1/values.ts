import type * as z from 'zod/mini';
import type { PageMeta } from '../../contract/v1/values.ts';
import type { Person } from '../../operations/describe.ts';
import type { NumberedPage } from '../../operations/numbered-page.ts';
import { isoTime } from '../time.ts';

/** A time in Unix milliseconds as the dialect of platforms writes it, with microseconds. */
export const microTime = (millis: number): string => isoTime(millis).replace('Z', '000Z');

/** As `microTime`, of what may not have happened. */
export const microTimeOrNull = (millis: number | null): string | null => (millis === null ? null : microTime(millis));

/** A user as a message shows it. */
export const personBody = ({ id, profile }: Person) => ({
  uuid: id,
  name: profile?.name ?? null,
  avatar: profile?.avatarUrl ?? null,
});

/** Which page of a list a request wants. */
export const pageIn = (query: { readonly page: number; readonly per_page: number }): NumberedPage => ({
  number: query.page,
  size: query.per_page,
});

export const metaBody = (page: NumberedPage, hasMore: boolean): z.infer<typeof PageMeta> => ({
  current_page: page.number,
  per_page: page.size,
  has_more: hasMore,
});
