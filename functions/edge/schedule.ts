import type { Context } from 'aws-lambda';
import { withSignal } from '../../core/operations/deps.ts';
import { liveRealtimeDeps, type RealtimeDeps } from '../../core/realtime/deps.ts';
import { log, traceOf } from './log.ts';
import { ANSWER_TAKES_MS, timeLeft } from './too-slow.ts';

/** Some of what was due is not done. Says no more, as Lambda logs it. */
class Incomplete extends Error {
  override readonly name = 'Incomplete';
}

/** So many failures are logged one by one; the rest is counted. */
const MOST_LOGGED = 10;

/**
 * A function that is called by the clock. It logs what it did, and fails where something went wrong, once all else is done.
 * @param work answers what it did in numbers, and what went wrong
 * @param deps the world in which it operates; that of a deployed function unless a test brings another
 */
export const scheduledFunction =
  <Done extends { readonly failures: readonly unknown[] }>(
    work: (deps: RealtimeDeps) => Promise<Done>,
    deps: RealtimeDeps = liveRealtimeDeps(),
  ): ((event: unknown, context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>) => Promise<void>) =>
  async (_event, { awsRequestId: requestId, getRemainingTimeInMillis }) => {
    const time = timeLeft(getRemainingTimeInMillis() - ANSWER_TAKES_MS);
    try {
      const { failures, ...done } = await Promise.race([work(withSignal(deps, time.signal)), time.over]);
      for (const failure of failures.slice(0, MOST_LOGGED)) log('ERROR', { requestId, ...traceOf(failure) });
      log('INFO', { requestId, ...done, failed: failures.length });
      if (failures.length > 0) throw new Incomplete();
    } catch (error) {
      if (!(error instanceof Incomplete)) log('ERROR', { requestId, ...traceOf(error) });
      throw new Incomplete();
    } finally {
      time.end();
    }
  };
