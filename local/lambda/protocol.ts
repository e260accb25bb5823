import * as z from 'zod/mini';

/** What a worker is told when it begins. */
export const Startup = z.object({ file: z.string(), handler: z.string() });
export type Startup = z.output<typeof Startup>;

/** What a worker is told to do. The event is JSON, as it is between Lambda and a function. */
export const Invocation = z.object({
  event: z.string(),
  /** Unix milliseconds. */
  deadline: z.number(),
  context: z.record(z.string(), z.string()),
});
export type Invocation = z.output<typeof Invocation>;

/** What a worker says: once `ready`, and then one result or failure for each invocation. The result is JSON. */
export const Report = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ result: z.string() }),
  z.object({ failure: z.object({ errorType: z.string(), errorMessage: z.string(), stack: z.string() }) }),
]);
export type Report = z.output<typeof Report>;
