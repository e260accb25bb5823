import * as z from 'zod/mini';

const Fields = z.record(z.string(), z.unknown());

/**
 * A request's body as Laravel takes it: what is no object is an empty one, and empty texts are null, those of a device included.
 * What an app sends along stays as it is.
 */
export const bodyFrom = (body: unknown): unknown =>
  withNulls(Fields.safeParse(body).data ?? {}, (name, value) => (name === 'device' ? withNulls(value) : value));

/**
 * Fields, with null for empty texts; what has no fields as it is.
 * @param others what becomes of all else
 */
function withNulls(value: unknown, others = (_: string, value: unknown): unknown => value): unknown {
  const { data: fields } = Fields.safeParse(value);
  if (!fields) return value;
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, field === '' ? null : others(name, field)]),
  );
}
