/** The events of a WebSocket gateway, as its functions get them. */
export interface SocketEventOptions {
  readonly connectionId?: string;
  readonly connectedAt?: number;
  readonly authorizer?: unknown;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly query?: Readonly<Record<string, readonly string[]>>;
}

const contextOf = (eventType: string, { connectionId, connectedAt, authorizer }: SocketEventOptions) => ({
  routeKey: '$default',
  eventType,
  extendedRequestId: 'request-1',
  requestTime: '01/Jan/2026:00:00:00 +0000',
  messageDirection: 'IN',
  stage: 'live',
  connectedAt: connectedAt ?? 0,
  requestTimeEpoch: 0,
  requestId: 'request-1',
  domainName: 'api.example.com',
  connectionId: connectionId ?? 'connection=',
  apiId: 'api',
  authorizer,
});

/** What a gateway hands on of an authorizer's context. */
export const authorizerOf = (sub: string, changes: object = {}) => ({
  principalId: sub,
  integrationLatency: 1,
  sub,
  organization: 'acme',
  service: 'false',
  superAdmin: 'false',
  exp: '4102444800',
  ...changes,
});

/** The event of a frame. */
export const messageEvent = (body: string | undefined, options: SocketEventOptions = {}) => ({
  requestContext: { ...contextOf('MESSAGE', options), messageId: 'message-1' },
  ...(body === undefined ? {} : { body }),
  isBase64Encoded: false,
});

const lists = (values: Readonly<Record<string, string | readonly string[]>> = {}) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value].flat()]));

/** The event of a client that connects. */
export const connectEvent = (options: SocketEventOptions = {}) => ({
  headers: options.headers ?? {},
  multiValueHeaders: lists(options.headers),
  ...(options.query ? { multiValueQueryStringParameters: options.query } : {}),
  requestContext: contextOf('CONNECT', options),
  isBase64Encoded: false,
});

/** The event of a connection that has ended. */
export const disconnectEvent = (options: SocketEventOptions = {}) => ({
  headers: { Host: 'api.example.com' },
  multiValueHeaders: { Host: ['api.example.com'] },
  requestContext: { ...contextOf('DISCONNECT', options), disconnectStatusCode: 1001, disconnectReason: 'Going away' },
  isBase64Encoded: false,
});

/** What there is around a function, with so much of its time left. */
export const withTime = (milliseconds = 10_000) => ({
  awsRequestId: 'invocation-1',
  getRemainingTimeInMillis: () => milliseconds,
});
