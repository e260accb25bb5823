import * as z from 'zod/mini';

/** The body of an error. */
export const HTTPError = z.object({ detail: z.string() });

/** The body of an error of what a request says, with each place of it. */
export const HTTPValidationError = z.object({
  detail: z.array(
    z.object({
      /** In which part of the request, and where in that. */
      loc: z.array(z.union([z.string(), z.int()])),
      msg: z.string(),
      type: z.string(),
    }),
  ),
});
