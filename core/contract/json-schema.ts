import * as z from 'zod/mini';

/** What a document is made of. */
export type Json = Record<string, unknown>;

/** Whether a schema is read as what may be sent to us, or as what we send. */
export type Direction = 'input' | 'output';

/** Schemas that a document names once and refers to, by their names. */
export type NamedSchemas = Readonly<Record<string, z.ZodMiniType>>;

/** Has each of `schemas` be referred to by its name from now on, wherever it stands. */
export function nameSchemas(schemas: NamedSchemas): void {
  for (const [id, schema] of Object.entries(schemas)) z.globalRegistry.add(schema, { id });
}

/** What the references point to. A name that ends in `Request` is of what is sent to us. */
export const componentsOf = (schemas: NamedSchemas): Json =>
  Object.fromEntries(
    Object.entries(schemas).map(([id, schema]) => [
      id,
      jsonSchema(z.object({ schema }), id.endsWith('Request') ? 'input' : 'output').$defs?.[id],
    ]),
  );

/** One schema; a reference where it has a name. */
export const schemaOf = (schema: z.ZodMiniType, direction: Direction): unknown =>
  jsonSchema(z.object({ schema }), direction).properties?.['schema'];

/** What of a JSON Schema is read here. */
const Rendered = z.object({
  properties: z.optional(z.record(z.string(), z.unknown())),
  required: z.optional(z.array(z.string())),
  $defs: z.optional(z.record(z.string(), z.unknown())),
});

/** A schema as JSON Schema, readable: a format says more than the pattern behind it. References point to components. */
export function jsonSchema(schema: z.ZodMiniType, io: Direction): z.infer<typeof Rendered> {
  const rendered = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      if (jsonSchema.format) delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      // Clients must expect fields that come later.
      if (io === 'output') delete jsonSchema.additionalProperties;
      delete jsonSchema.id;
    },
  });
  return Rendered.parse(JSON.parse(JSON.stringify(rendered).replaceAll('"#/$defs/', '"#/components/schemas/')));
}
