import { errorFrame, readFrame } from '../../core/dialects/live/frame.ts';
import { invalid } from '../../core/domain/errors.ts';
import { log } from './log.ts';
import { MessageEvent, type SocketHandler } from './socket-event.ts';

/** A function that answers the frames which no action takes: they are no JSON, or name none that there is. */
export const unroutedFunction = (): SocketHandler => async (event) => {
  const { requestContext, body } = MessageEvent.parse(event);
  const { requestId, requestTimeEpoch } = requestContext;
  const frame = readFrame(body);
  const failure = frame.failure ?? invalid({ path: 'action', message: 'must be an action that there is' });
  log('INFO', { requestId, action: null, outcome: failure.code, ms: Date.now() - requestTimeEpoch });
  return { statusCode: 200, body: errorFrame(frame.id, failure) };
};
