import type { ActionCodec } from '../../core/dialects/live/codec.ts';
import { ackFrame, errorFrame, readFrame } from '../../core/dialects/live/frame.ts';
import { invalid, unauthenticated } from '../../core/domain/errors.ts';
import type { Principal } from '../../core/domain/principal.ts';
import { withSignal } from '../../core/operations/deps.ts';
import { keepSocket } from '../../core/operations/keep-socket.ts';
import { liveRealtimeDeps, type RealtimeDeps } from '../../core/realtime/deps.ts';
import type { Publisher } from '../../core/realtime/publisher.ts';
import { failureOf } from './failure.ts';
import { principalFrom } from './identity.ts';
import { log, traceOf } from './log.ts';
import { type Renewals, twiceAMinute } from './renewals.ts';
import { MessageEvent, type SocketHandler } from './socket-event.ts';
import { ANSWER_TAKES_MS, timeLeft } from './too-slow.ts';

/**
 * A function that serves one action to sockets: a frame goes in, exactly one comes out. Beside that the socket's lease is
 * renewed. A socket that has lapsed, or is unknown by now, is closed once its frame is answered, so that its client connects
 * anew; and so is one whose token has ended.
 * @param deps the world in which it operates; that of a deployed function unless a test brings another
 * @param renewals which frames renew the lease
 */
export const socketFunction =
  <Input, Output>(
    codec: ActionCodec<Input, Output>,
    operation: (deps: RealtimeDeps, principal: Principal, input: Input) => Promise<Output>,
    deps: RealtimeDeps = liveRealtimeDeps(),
    renewals: Renewals = twiceAMinute(),
  ): SocketHandler =>
  async (event, { getRemainingTimeInMillis }) => {
    const { requestContext, body } = MessageEvent.parse(event);
    const { connectionId, connectedAt, requestId, requestTimeEpoch } = requestContext;
    const time = timeLeft(getRemainingTimeInMillis() - ANSWER_TAKES_MS);
    // What goes on after we have answered would be frozen, and thawed by a frame that knows nothing of it.
    const within = withSignal(deps, time.signal);
    const now = deps.now();
    const principal = principalFrom(requestContext.authorizer, now);

    const operate = async (action: string, data: unknown): Promise<unknown> => {
      if (!principal) throw unauthenticated();
      if (action !== codec.action.name) throw invalid({ path: 'action', message: `must be ${codec.action.name}` });
      return codec.encode(await operation(within, principal, codec.decode(data)));
    };

    const answer = async (): Promise<{ text: string; outcome: string }> => {
      const frame = readFrame(body);
      try {
        if (frame.failure) throw frame.failure;
        const data = await Promise.race([operate(frame.action, frame.data), time.over]);
        return { text: ackFrame(frame.id, data), outcome: 'ack' };
      } catch (error) {
        const failure = failureOf(error, requestId);
        return { text: errorFrame(frame.id, failure, codec.names), outcome: failure.code };
      }
    };

    const keep = async (): Promise<boolean> => {
      if (!principal || !renewals.isDue(connectionId, connectedAt, now)) return principal !== undefined;
      try {
        const isKept = await Promise.race([keepSocket(within, principal, connectionId), time.over]);
        if (isKept) renewals.renewed(connectionId, now);
        return isKept;
      } catch (error) {
        // The next frame tries again; there is time for several.
        log('ERROR', { requestId, missed: 'lease', ...traceOf(error) });
        return true;
      }
    };

    try {
      const [{ text, outcome }, isKept] = await Promise.all([answer(), keep()]);
      log('INFO', { requestId, action: codec.action.name, outcome, ms: Date.now() - requestTimeEpoch });
      const isClosed = !isKept && (await dismiss(deps.publisher, connectionId, text, requestId));
      return { statusCode: 200, ...(isClosed ? {} : { body: text }) };
    } finally {
      time.end();
    }
  };

/** Says the last word to a socket, and closes it. Whether that is said: a socket that it did not reach stays. */
async function dismiss(publisher: Publisher, connectionId: string, text: string, requestId: string): Promise<boolean> {
  if ((await publisher.post(connectionId, text)) === 'failed') return false;
  await publisher
    .close(connectionId)
    .catch((error: unknown) => log('ERROR', { requestId, missed: 'close', ...traceOf(error) }));
  return true;
}
