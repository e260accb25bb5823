import { errorStatus } from '../../core/contract/errors.ts';
import { unauthenticated } from '../../core/domain/errors.ts';
import { closeSocket } from '../../core/operations/close-socket.ts';
import { type Deps, liveDeps, withSignal } from '../../core/operations/deps.ts';
import { openSocket } from '../../core/operations/open-socket.ts';
import { failureOf } from './failure.ts';
import { selectedSubprotocol } from './handshake.ts';
import { identityIn, principalFrom, principalOf } from './identity.ts';
import { log } from './log.ts';
import { ConnectEvent, DisconnectEvent, type SocketAnswer, type SocketHandler } from './socket-event.ts';
import { ANSWER_TAKES_MS, timeLeft } from './too-slow.ts';

/** A function that lets an authorized connection in, once it is counted among its owner's. */
export const connectFunction =
  (deps: Deps = liveDeps()): SocketHandler =>
  async (event, { getRemainingTimeInMillis }) => {
    const { requestContext, ...handshake } = ConnectEvent.parse(event);
    const { connectionId, connectedAt, authorizer } = requestContext;
    return answering(requestContext, getRemainingTimeInMillis(), async (signal) => {
      const principal = principalFrom(authorizer, deps.now());
      if (!principal) throw unauthenticated();
      const tokenEnds = identityIn(authorizer).exp * 1000;
      await openSocket(withSignal(deps, signal), principal, { connectionId, connectedAt, tokenEnds });
      return selectedSubprotocol(handshake);
    });
  };

/** A function that no longer counts a connection which has ended. What it is not told of, or fails at, is found by others. */
export const disconnectFunction =
  (deps: Deps = liveDeps()): SocketHandler =>
  async (event, { getRemainingTimeInMillis }) => {
    const { requestContext } = DisconnectEvent.parse(event);
    return answering(requestContext, getRemainingTimeInMillis(), async (signal) => {
      // Its token may have ended first.
      const principal = principalOf(identityIn(requestContext.authorizer));
      await closeSocket(withSignal(deps, signal), principal, requestContext.connectionId);
      return {};
    });
  };

/** Answers an event by its status, shortly before its time ends at the latest, and logs one line. */
async function answering(
  { requestId, requestTimeEpoch, eventType }: { requestId: string; requestTimeEpoch: number; eventType: string },
  remainingMs: number,
  work: (signal: AbortSignal) => Promise<Readonly<Record<string, string>>>,
): Promise<SocketAnswer> {
  const time = timeLeft(remainingMs - ANSWER_TAKES_MS);
  const answer = await Promise.race([work(time.signal), time.over])
    .then((headers): SocketAnswer => ({ statusCode: 200, headers }))
    .catch((error: unknown): SocketAnswer => ({ statusCode: errorStatus[failureOf(error, requestId).code] }))
    .finally(time.end);
  log('INFO', { requestId, eventType, status: answer.statusCode, ms: Date.now() - requestTimeEpoch });
  return answer;
}
