import * as z from 'zod/mini';

/** What the process that calls a function is told. */
export const Order = z.object({
  file: z.string(),
  handler: z.string(),
  /** What the gateway would send, as JSON, one for each call. */
  events: z.array(z.string()),
  /** So many of them come first and are not measured. */
  warmUps: z.int(),
  /** The status that every call must answer. */
  status: z.int(),
});
export type Order = z.output<typeof Order>;

/** What one call took, in milliseconds. */
export const Call = z.object({
  total: z.number(),
  /** While at least one request to the table was on its way. */
  inFlight: z.number(),
  /** How many of those there were, one after the other. */
  trips: z.int(),
});
export type Call = z.output<typeof Call>;
