import * as z from 'zod/mini';
import { Failure } from '../../core/domain/errors.ts';

/**
 * Writes one line of JSON to the function's log. Never pass what people wrote, tokens, or an error as a whole: SDK
 * errors carry items.
 */
export const log = (level: 'INFO' | 'ERROR', fields: Record<string, unknown>): void => {
  process.stdout.write(`${JSON.stringify({ level, timestamp: new Date().toISOString(), ...fields })}\n`);
};

/** What an error of the AWS SDK tells of its request. */
const SdkError = z.object({
  $metadata: z.object({ requestId: z.optional(z.string()), attempts: z.optional(z.number()) }),
});

/**
 * What may be logged of an error, or of what caused a `Failure`: its name, where it was thrown, and AWS's id of a request
 * that failed. Not its message, which may quote its input.
 */
export function traceOf(thrown: unknown): Record<string, unknown> {
  const error = thrown instanceof Failure ? (thrown.cause ?? thrown) : thrown;
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  const { requestId: awsRequestId, attempts } = SdkError.safeParse(error).data?.$metadata ?? {};
  return { error: error.name, awsRequestId, attempts, at: frames.slice(0, 8).map((frame) => frame.trim()) };
}
