import * as z from 'zod/mini';

/** A date and time with microseconds in UTC, as answers carry it. */
export const microseconds = () => z.iso.datetime({ precision: 6 });

/** A whole number, also as a form would send it: in digits. */
export const integer = () =>
  z.pipe(
    z.transform((value: unknown) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value)),
    z.int(),
  );

/** `meta` of a page. */
export const PageMeta = z.object({ current_page: z.int(), per_page: z.int(), has_more: z.boolean() });
