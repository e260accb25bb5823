import type * as z from 'zod/mini';

/** One entry of the live manifest: the whole public description of one event. */
export interface Event<Data extends z.ZodMiniType = z.ZodMiniType> {
  /** As a frame names it: `message.created`. */
  readonly name: string;
  readonly summary: string;
  /** Who hears it. */
  readonly audience: string;
  readonly data: Data;
}

/** Declares an event, keeping its exact name and the exact type of its schema. */
export const event = <const Name extends string, const Data extends z.ZodMiniType>(
  definition: Event<Data> & { readonly name: Name },
): Event<Data> & { readonly name: Name } => definition;
