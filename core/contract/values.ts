import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { codePoints, isBlank, utf8Bytes } from './text.ts';

/** A UUID of any version or variant; read in lower case. */
export const uuid = () => z.guid('must be a UUID').check(z.toLowerCase());

/** An ISO 8601 date and time with milliseconds in UTC, as answers carry it. */
export const timestamp = () => z.iso.datetime({ precision: 3 });

/** A point in a conversation as a query names it: an ISO 8601 time with a zone, or a message id. */
export const point = () =>
  z.pipe(
    z
      .string()
      .check(
        z.refine(
          (value) => isUuid(value) || isTime(value),
          'must be an ISO 8601 date and time with a zone, or a message id',
        ),
      ),
    z.transform((value) => (isUuid(value) ? { messageId: value.toLowerCase() } : { time: millisFrom(value) })),
  );

const isUuid = (value: string): boolean => z.guid().safeParse(value).success;
const isTime = (value: string): boolean =>
  [{}, { precision: -1 }].some((form) => z.iso.datetime({ offset: true, ...form }).safeParse(value).success);

// The first whole millisecond that is not before the time; nothing is older than 1970.
const millisFrom = (time: string): number => Math.max(0, Date.parse(time) + (/\.\d{3}\d*[1-9]/.test(time) ? 1 : 0));

/** Text a person wrote: 1 to `most` code points, well-formed, not white space alone; kept exactly as it came. */
export const writtenText = (most: number) =>
  z.string('must be a string').check(
    z.refine((text) => !isBlank(text), { error: 'must not be blank', abort: true }),
    z.refine((text) => text.length <= most || codePoints(text) <= most, {
      error: `must have at most ${most} characters`,
      abort: true,
    }),
    z.refine((text) => text.isWellFormed(), { error: 'must be well-formed Unicode' }),
    z.meta({ minLength: 1, maxLength: most }),
  );

/** A short machine-readable name, such as half of a link: no control characters, no surrounding white space. */
export const label = (most: number) =>
  writtenText(most).check(
    z.refine(
      (text) => !/\p{Cc}/u.test(text) && text === text.trim(),
      'must not hold control characters or outer white space',
    ),
  );

/** An email address, as far as one can tell without writing to it. */
export const emailAddress = () =>
  label(limits.email).check(z.regex(/^\S+@[^\s@]+$/u, 'must be an email address'), z.meta({ format: 'email' }));

/** The address of something on the web, such as a picture. */
export const webUrl = () =>
  label(limits.avatarUrl).check(
    z.refine((text) => /^https?:\/\/\S+$/i.test(text) && URL.canParse(text), 'must be an http or https URL'),
    z.meta({ format: 'uri' }),
  );

/** A key that makes a retry safe. */
export const idempotencyKey = () => label(limits.idempotencyKey);

/** A label that stands in a path as well: two are no names there, and vanish on the way. */
export const pathLabel = (most: number) =>
  label(most).check(z.refine((text) => text !== '.' && text !== '..', 'must not be . or ..'));

/** What somebody reacts with: a label that is short in bytes of UTF-8, of which one emoji may have many. */
export const emoji = () =>
  pathLabel(limits.emojiBytes).check(
    z.refine((text) => utf8Bytes(text) <= limits.emojiBytes, `must have at most ${limits.emojiBytes} bytes`),
  );

/** `limit` of a list, as a query carries it; a number once read. */
export const pageLimit = () =>
  z
    ._default(
      z.pipe(
        z.string().check(z.regex(/^\d{1,9}$/, 'must be a whole number')),
        z.pipe(
          z.transform(Number),
          z
            .number()
            .check(
              z.minimum(1, 'must be at least 1'),
              z.maximum(limits.pageMost, `must be at most ${limits.pageMost}`),
            ),
        ),
      ),
      limits.pageDefault,
    )
    .check(
      z.meta({
        type: 'integer',
        pattern: undefined,
        minimum: 1,
        maximum: limits.pageMost,
        description: `${limits.pageDefault} without it`,
      }),
    );

/** An opaque position in a list, taken from the link to its next page. */
export const cursor = () => z.string().check(z.maxLength(2_000, 'is too long'));
