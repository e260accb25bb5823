import * as z from 'zod/mini';

/** The body of an error. */
export const ErrorBody = z.object({ message: z.string() });

/** The body of an error of what a request says: the first message of all, and all of each field. */
export const ValidationError = z.object({
  message: z.string(),
  errors: z.record(z.string(), z.array(z.string())),
});

/** The body of an error of ours; of trouble that passes, the message alone. */
export const ServerError = z.object({
  success: z.optional(z.literal(false)),
  message: z.string(),
  error: z.optional(z.string()),
});
