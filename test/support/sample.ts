import * as z from 'zod/mini';

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minItems?: number;
}

const Json: z.ZodMiniType<JsonSchema> = z.looseObject({});

/**
 * A value that a schema accepts, with everything in it that is required.
 * @param known values to use wherever a property of this name is asked for, required or not
 */
export const sampleOf = (schema: z.ZodMiniType, known: Readonly<Record<string, unknown>>): unknown =>
  sample(Json.parse(z.toJSONSchema(schema, { io: 'input' })), known);

function sample(schema: JsonSchema, known: Readonly<Record<string, unknown>>): unknown {
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return sample(schema.anyOf[0] ?? {}, known);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((each) => sample(each, known)));
  if (schema.properties) {
    const wanted = Object.keys(schema.properties).filter((name) => schema.required?.includes(name) || name in known);
    return Object.fromEntries(
      wanted.map((name) => [name, known[name] ?? sample(schema.properties?.[name] ?? {}, known)]),
    );
  }
  if (schema.type === 'array') {
    return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items ?? {}, known));
  }
  if (schema.format === 'uuid') return known['uuid'];
  if (schema.type === 'integer') return 1;
  if (schema.type === 'boolean') return true;
  return 'sample';
}
