import * as z from 'zod/mini';

const Fields = z.record(z.string(), z.unknown());

/**
 * A request's body as Laravel takes it: what is no object is an empty one, and empty texts are null, those of a device included.
 * What an app sends along stays as it is.
 */
export function bodyFrom(body: unknown): unknown {
  const fields = withNulls(Fields.safeParse(body).data ?? {});
  const { data: device } = Fields.safeParse(fields['device']);
  return device ? { ...fields, device: withNulls(device) } : fields;
}

/** Fields, with null for empty texts. */
const withNulls = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value === '' ? null : value]));
