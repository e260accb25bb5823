import type { Authorization } from '../gateway/authorizer.ts';
import { clfTime, headersOf, hostOf, queryOf } from '../gateway/event.ts';
import { headerOf, type RequestHead } from '../http.ts';
import type { WebSocketApi } from './api.ts';
import { newId } from './id.ts';

/** How a connection began. */
export interface Handshake {
  readonly connectionId: string;
  /** Unix milliseconds. */
  readonly connectedAt: number;
  /** The request for the upgrade. */
  readonly request: RequestHead;
  /** What the authorizer said; absent where there is none, or it was not asked yet. */
  readonly authorization?: Authorization | undefined;
}

/** The caller, as events and the description of a connection have it. */
export const identityOf = ({ request }: Handshake): { sourceIp: string; userAgent?: string } => {
  const userAgent = headerOf(request, 'user-agent');
  return { sourceIp: request.sourceIp, ...(userAgent !== undefined && { userAgent }) };
};

/** The event by which an authorizer is asked about an upgrade. */
export const authorizerEvent = (api: WebSocketApi, handshake: Handshake, methodArn: string) => ({
  type: 'REQUEST',
  methodArn,
  ...partsOf(handshake.request),
  stageVariables: {},
  requestContext: contextOf(api, handshake, newId(), { routeKey: '$connect', eventType: 'CONNECT' }),
});

/**
 * The event of an upgrade.
 * @param authorizerMs how long the authorizer took, which AWS tells among what that said
 */
export const connectEvent = (api: WebSocketApi, handshake: Handshake, requestId: string, authorizerMs: number) => {
  const { authorization } = handshake;
  const authorizer = authorization && { authorizer: { ...authorization, integrationLatency: authorizerMs } };
  const context = contextOf(api, handshake, requestId, { routeKey: '$connect', eventType: 'CONNECT' });
  return {
    ...partsOf(handshake.request),
    requestContext: { ...context, ...authorizer },
    isBase64Encoded: false,
  };
};

/** The event of a message. */
export const messageEvent = (
  api: WebSocketApi,
  handshake: Handshake,
  requestId: string,
  routeKey: string,
  body: string,
) => ({
  requestContext: contextOf(api, handshake, requestId, { routeKey, eventType: 'MESSAGE', messageId: newId() }),
  body,
  isBase64Encoded: false,
});

/** The event of a connection that is closed, with the code and the reason of that. */
export const disconnectEvent = (api: WebSocketApi, handshake: Handshake, code: number, reason: string) => {
  // Of the request's headers AWS keeps the host alone, and names three more.
  const headers = { Host: hostOf(handshake.request), 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  return {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    requestContext: contextOf(api, handshake, newId(), {
      routeKey: '$disconnect',
      eventType: 'DISCONNECT',
      disconnectStatusCode: code,
      disconnectReason: reason,
    }),
    isBase64Encoded: false,
  };
};

/** Headers and query; AWS leaves the latter out where there is none. */
const partsOf = (request: RequestHead) => ({
  ...headersOf(request),
  ...(request.query === '' ? {} : queryOf(request)),
});

type Occasion =
  | { readonly routeKey: string; readonly eventType: 'CONNECT' }
  | { readonly routeKey: string; readonly eventType: 'MESSAGE'; readonly messageId: string }
  | {
      readonly routeKey: string;
      readonly eventType: 'DISCONNECT';
      readonly disconnectStatusCode: number;
      readonly disconnectReason: string;
    };

function contextOf(api: WebSocketApi, handshake: Handshake, requestId: string, occasion: Occasion) {
  const { connectionId, connectedAt, request, authorization } = handshake;
  const now = new Date();
  return {
    ...occasion,
    ...(authorization && { authorizer: authorization }),
    extendedRequestId: requestId,
    requestTime: clfTime(now),
    messageDirection: 'IN',
    stage: api.stage,
    connectedAt,
    requestTimeEpoch: now.getTime(),
    identity: identityOf(handshake),
    requestId,
    domainName: hostOf(request),
    connectionId,
    apiId: api.id,
  };
}
