import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { codePoints, isBlank, utf8Bytes } from './text.ts';

/** What a value may break beside its type, by name: each dialect has words of its own for it. */
export const Rule = z.object({
  rule: z.enum(['blank', 'long', 'ill_formed', 'label', 'dots', 'bytes', 'deep', 'integer']),
  /** How much there may be. */
  most: z.optional(z.number()),
});
export type Rule = z.infer<typeof Rule>;

const breaks = (rule: Rule['rule'], most?: number) => ({ params: { rule, most } satisfies Rule });

/** A UUID of any version or variant; read in lower case. */
export const uuid = () => z.guid().check(z.toLowerCase());

/** Whether an issue is with a value that was to be a UUID. */
export const expectsUuid = ({ inst }: Pick<z.core.$ZodRawIssue, 'inst'>): boolean => inst instanceof z.ZodMiniGUID;

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

/** Whether a text is a UUID of any version or variant. */
export const isUuid = (value: string): boolean => z.guid().safeParse(value).success;
const isTime = (value: string): boolean =>
  [{}, { precision: -1 }].some((form) => z.iso.datetime({ offset: true, ...form }).safeParse(value).success);

// The first whole millisecond that is not before the time; nothing is older than 1970.
const millisFrom = (time: string): number => Math.max(0, Date.parse(time) + (/\.\d{3}\d*[1-9]/.test(time) ? 1 : 0));

/** Text a person wrote: 1 to `most` code points, well-formed, not white space alone; kept exactly as it came. */
export const writtenText = (most: number) =>
  z.string().check(
    z.refine((text) => !isBlank(text), { ...breaks('blank'), abort: true }),
    z.refine((text) => text.length <= most || codePoints(text) <= most, { ...breaks('long', most), abort: true }),
    z.refine((text) => text.isWellFormed(), breaks('ill_formed')),
    z.meta({ minLength: 1, maxLength: most }),
  );

/** A short machine-readable name, such as half of a link: no control characters, no surrounding white space. */
export const label = (most: number) =>
  writtenText(most).check(z.refine((text) => !/\p{Cc}/u.test(text) && text === text.trim(), breaks('label')));

/** An email address, as far as one can tell without writing to it. */
export const emailAddress = () =>
  label(limits.email).check(z.regex(/^\S+@[^\s@]+$/u, 'must be an email address'), z.meta({ format: 'email' }));

/** The address of something on the web, such as a picture. */
export const webUrl = () =>
  label(limits.avatarUrl).check(
    z.refine((text) => /^https?:\/\/\S+$/i.test(text) && URL.canParse(text), 'must be an http or https URL'),
    z.meta({ format: 'uri' }),
  );

/** The id of what a conversation is about: of those that are UUIDs some dialects know no others than in lower case. */
export const linkId = () => label(limits.linkId).check(z.overwrite((id) => (isUuid(id) ? id.toLowerCase() : id)));

/** Whether a field of a request says something. */
export const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/**
 * The check that of two fields both are given, or neither.
 * @param message what is told of the one that is missing
 */
export const together = <Field extends string>(one: Field, other: Field, message: (given: Field) => string) =>
  z.check<Readonly<Partial<Record<Field, unknown>>>>(({ value, issues }) => {
    for (const [given, missing] of [[one, other] as const, [other, one] as const]) {
      if (!isGiven(value[given]) || isGiven(value[missing])) continue;
      issues.push({ code: 'custom', input: value, path: [missing], message: message(given) });
    }
  });

/** A key that makes a retry safe. */
export const idempotencyKey = () => label(limits.idempotencyKey);

/** A label that stands in a path as well: two are no names there, and vanish on the way. */
export const pathLabel = (most: number) =>
  label(most).check(z.refine((text) => text !== '.' && text !== '..', breaks('dots')));

/**
 * What somebody reacts with: a label that is short in bytes of UTF-8, of which one emoji may have many.
 * @param most how many characters a dialect takes
 */
export const emoji = (most: number = limits.emojiBytes) =>
  pathLabel(most).check(z.refine((text) => utf8Bytes(text) <= limits.emojiBytes, breaks('bytes', limits.emojiBytes)));

/** The checks that a value is short as JSON, in bytes of UTF-8, and not deep: whatever walks through it later can. */
export const jsonWithin = (most: number) =>
  [
    z.refine((value: unknown) => isWithinDepth(value, limits.jsonDepth), {
      ...breaks('deep', limits.jsonDepth),
      abort: true,
    }),
    z.refine((value: unknown) => utf8Bytes(JSON.stringify(value)) <= most, breaks('bytes', most)),
  ] as const;

const isWithinDepth = (value: unknown, most: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (most > 0 && Object.values(value).every((inner) => isWithinDepth(inner, most - 1)));

/** The greatest whole number that a query may carry. */
const GREATEST = 999_999_999;

const digits = (most: number) =>
  z.pipe(
    z.string().check(z.refine((text) => /^-?\d{1,15}$/.test(text), breaks('integer'))),
    z.pipe(z.transform(Number), z.number().check(z.minimum(1), z.maximum(most))),
  );

const asInteger = (maximum: number, description?: string) =>
  z.meta({ type: 'integer', minimum: 1, maximum, ...(description ? { description } : {}) });

/** A whole number from 1 on, as a query carries it; undefined without it. */
export const count = (most: number = GREATEST) => z.optional(digits(most)).check(asInteger(most));

/** As `count`, with what it is without it. */
export const countOr = (preset: number, most: number = GREATEST) =>
  z._default(digits(most), preset).check(asInteger(most, `${preset} without it`));

/** `limit` of a list; a number once read. */
export const pageLimit = () => countOr(limits.pageDefault, limits.pageMost);

/** An opaque position in a list, taken from the link to its next page. */
export const cursor = () => z.string().check(z.maxLength(2_000, 'is too long'));
