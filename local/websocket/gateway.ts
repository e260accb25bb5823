import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { arn } from '../aws.ts';
import type { Upgrade } from '../front.ts';
import { type Authorization, askAuthorizer, authorizationBy } from '../gateway/authorizer.ts';
import { invokeIntegration } from '../gateway/integration.ts';
import { Refusal, refusals } from '../gateway/refusal.ts';
import { grace } from '../grace.ts';
import { headOf } from '../http.ts';
import { FunctionFailure } from '../lambda/failure.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { Limits } from '../limits.ts';
import type { WebSocketApi } from './api.ts';
import { broken, type Closing, goingAway } from './closing.ts';
import { type Connection, openConnection } from './connection.ts';
import { authorizerEvent, connectEvent, disconnectEvent, type Handshake, messageEvent } from './event.ts';
import { MESSAGE_MOST_BYTES, watchFrames } from './frames.ts';
import { completeHandshake, isHandshake, refuseHandshake } from './handshake.ts';
import { newId } from './id.ts';
import { routeKeyOf } from './routing.ts';

/** API Gateway, for clients that keep a socket. */
export interface WebSocketGateway {
  readonly upgrade: Upgrade;
  /** Closes all connections, and waits a moment for them and for what their end brings about. */
  close(): Promise<void>;
}

/** What came of asking for a connection; only a status from 200 to 299 is good. */
interface Outcome {
  readonly status: number;
  readonly message: string;
  readonly authorization?: Authorization | undefined;
  readonly protocol?: string | undefined;
}

/**
 * Serves `api` as API Gateway does, with its functions in `lambda`.
 * @param connections where the open ones stand, by id
 */
export function createWebSocketGateway(
  api: WebSocketApi,
  lambda: Lambda,
  connections: Map<string, Connection>,
  limits: Limits,
): WebSocketGateway {
  /** All connections that are not over and done with. */
  const lives = new Set<Promise<void>>();
  let closed = false;

  const connect = async (handshake: Handshake, requestId: string): Promise<Outcome> => {
    const route = api.routes.get('$connect');
    if (route === undefined) return { status: 200, message: '' };
    const asked = Date.now();
    const authorization =
      route.authorizerArn === undefined ? undefined : await authorize(route.authorizerArn, handshake);
    const event = connectEvent(api, { ...handshake, authorization }, requestId, Date.now() - asked);
    const { status, headers } = await invokeIntegration(lambda, route.integration, event, limits.integrationMs);
    const [protocol] = [headers['sec-websocket-protocol']].flat();
    return { status, message: 'Forbidden', authorization, protocol };
  };

  const authorize = async (functionArn: string, handshake: Handshake): Promise<Authorization> => {
    const methodArn = arn('execute-api', `${api.id}/${api.stage}/$connect`);
    const event = authorizerEvent(api, handshake, methodArn);
    return authorizationBy(await askAuthorizer(lambda, functionArn, event), methodArn);
  };

  const handle = async (incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const request = headOf(incoming);
    const [connectionId, requestId] = [newId(), newId()];
    const refuse = (status: number, message: string) =>
      refuseHandshake(socket, status, { message, connectionId, requestId });
    if (closed) return refuse(503, 'Service Unavailable');
    if (request.path.replace(/\/$/, '') !== `/${api.stage}`) return refuse(403, 'Forbidden');
    if (!isHandshake(incoming)) return refuse(400, 'Bad Request');

    const handshake = { connectionId, connectedAt: Date.now(), request };
    const { status, message, authorization, protocol } = await connect(handshake, requestId).catch(outcomeOf);
    if (status < 200 || status > 299) return refuse(status, message);
    await live(incoming, socket, head, { ...handshake, authorization }, protocol);
  };

  /** From the answer to the handshake to the end. */
  const live = async (
    incoming: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    handshake: Handshake,
    protocol: string | undefined,
  ): Promise<void> => {
    const webSocket = completeHandshake(incoming, socket, head, protocol);
    if (webSocket === undefined) return disconnect(handshake, broken);

    const { connectionId } = handshake;
    const over = Promise.withResolvers<Closing | undefined>();
    const connection = openConnection(webSocket, handshake, limits, {
      message: (text) => void answer(connection, text),
      ended: () => connections.delete(connectionId),
      closed: over.resolve,
    });
    connections.set(connectionId, connection);
    const tooMuch = watchFrames();
    const watch = (bytes: Buffer) => {
      const closing = tooMuch(bytes);
      if (closing === undefined) return;
      socket.off('data', watch);
      connection.close(closing);
    };
    // Before the library's own listener, so that what is refused is not taken for a message.
    socket.prependListener('data', watch);
    if (closed) connection.close(goingAway);

    const closing = await over.promise;
    if (closing !== undefined) await disconnect(handshake, closing);
  };

  const answer = async (connection: Connection, body: string): Promise<void> => {
    const { handshake } = connection;
    const requestId = newId();
    const refuse = (message: string) =>
      connection.send(JSON.stringify({ message, connectionId: handshake.connectionId, requestId }));

    const routeKey = routeKeyOf(api, body);
    const route = api.routes.get(routeKey);
    if (route === undefined) return refuse('Forbidden');
    try {
      const event = messageEvent(api, handshake, requestId, routeKey, body);
      const answer = await invokeIntegration(lambda, route.integration, event, limits.integrationMs);
      if (!route.answers || answer.body === '') return;
      if (Buffer.byteLength(answer.body) > MESSAGE_MOST_BYTES) throw new Refusal('DEFAULT_5XX');
      connection.send(String(answer.body));
    } catch (error) {
      refuse(outcomeOf(error).message);
    }
  };

  const disconnect = async (handshake: Handshake, { code, reason }: Closing): Promise<void> => {
    const route = api.routes.get('$disconnect');
    if (route === undefined) return;
    const event = disconnectEvent(api, handshake, code, reason);
    await lambda.invoke(route.integration.functionArn, event).catch((error: unknown) => {
      // A best effort: nobody hears of it but the log.
      if (!(error instanceof FunctionFailure)) console.error(error);
    });
  };

  return {
    upgrade(incoming, socket, head) {
      // A client may go at any time.
      socket.on('error', () => {});
      const life = handle(incoming, socket, head).catch((error: unknown) => {
        console.error(error);
        socket.destroy();
      });
      lives.add(life);
      void life.then(() => lives.delete(life));
    },
    async close() {
      closed = true;
      for (const connection of connections.values()) connection.close(goingAway);
      await grace(Promise.all(lives));
    },
  };
}

/** What a client is told of an error; what is ours is shown in the terminal. */
function outcomeOf(error: unknown): Outcome {
  if (error instanceof Refusal) {
    const { status, message } = refusals[error.type];
    return { status, message: message ?? 'Internal server error' };
  }
  console.error(error);
  return { status: 500, message: 'Internal server error' };
}
