import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Item } from './table.ts';

/** An attribute as a record of the stream has it, of the types that we write. */
const Value: z.ZodMiniType<AttributeValue> = z.lazy(() =>
  z.union([
    z.object({ S: z.string() }),
    z.object({ N: z.string() }),
    z.object({ BOOL: z.boolean() }),
    z.object({ NULL: z.literal(true) }),
    z.object({ SS: z.array(z.string()) }),
    z.object({ L: z.array(Value) }),
    z.object({ M: z.record(z.string(), Value) }),
  ]),
);
const Image = z.optional(z.record(z.string(), Value));

/** The item that an image of the stream shows; undefined without one. */
export function itemIn(image: unknown): Item | undefined {
  const attributes = Image.parse(image);
  return attributes && unmarshall(attributes);
}
