import type * as z from 'zod/mini';

/** One entry of the live manifest: the whole public description of one action. */
export interface Action<Data extends z.ZodMiniType = z.ZodMiniType, Ack extends z.ZodMiniType = z.ZodMiniType> {
  /** As a frame names it: `sendMessage`. */
  readonly name: string;
  /** The one function that serves it, in kebab case: `send-message`. */
  readonly operation: string;
  readonly summary: string;
  readonly data: Data;
  readonly ack: Ack;
}

/** Declares an action, keeping the exact types of its schemas. */
export const action = <const Data extends z.ZodMiniType, const Ack extends z.ZodMiniType>(
  definition: Action<Data, Ack>,
): Action<Data, Ack> => definition;
