import * as z from 'zod/mini';
import { type ErrorCode, errorStatus } from '../errors.ts';

const codes = Object.keys(errorStatus) as [ErrorCode, ...ErrorCode[]];

/** The body of every error of the native dialect. */
export const ErrorBody = z.object({
  error: z.enum(codes),
  message: z.string(),
  details: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
  requestId: z.string(),
});
