import { Failure, unavailable } from '../../core/domain/errors.ts';
import { log, traceOf } from './log.ts';
import { TooSlow } from './too-slow.ts';

/**
 * What a caller is told of an error, which is logged if it is not the caller's: what is neither a `Failure` nor our slowness
 * is ours, and says nothing of itself.
 */
export function failureOf(error: unknown, requestId: string): Failure {
  const failure = error instanceof TooSlow ? unavailable(error) : error;
  const told = failure instanceof Failure ? failure : new Failure('internal_error', 'Internal server error');
  // What a caller did wrong has no cause.
  if (told !== error || told.cause !== undefined) log('ERROR', { requestId, ...traceOf(error) });
  return told;
}
