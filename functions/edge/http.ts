import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { routeKey } from '../../core/contract/route.ts';
import type { Codec, HttpResponse } from '../../core/dialects/codec.ts';
import type { Principal } from '../../core/domain/principal.ts';
import { type Deps, liveDeps, withSignal } from '../../core/operations/deps.ts';
import { cors } from './cors.ts';
import { failureOf } from './failure.ts';
import { principalFrom, unauthenticated } from './identity.ts';
import { log } from './log.ts';
import { requestFrom } from './request.ts';
import { ANSWER_TAKES_MS, TooSlow } from './too-slow.ts';

const RETRY_AFTER_SECONDS = '1';

type Middleware = MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult>;

type HttpHandler = middy.MiddyfiedHandler<APIGatewayProxyEvent, APIGatewayProxyResult>;

/**
 * A function that serves one operation to callers with a token, in every dialect that has a codec for it.
 * @param deps the world in which it operates; that of a deployed function unless a test brings another
 */
export const httpFunction = <Input, Output>(
  codecs: readonly Codec<Input, Output>[],
  operation: (deps: Deps, principal: Principal, input: Input) => Promise<Output>,
  deps: Deps = liveDeps(),
): HttpHandler => httpFunctionWith(codecs, operation, deps);

/** As `httpFunction`, for an operation that needs more of the world. */
export const httpFunctionWith = <World extends Deps, Input, Output>(
  codecs: readonly Codec<Input, Output>[],
  operation: (deps: World, principal: Principal, input: Input) => Promise<Output>,
  deps: World,
): HttpHandler =>
  serve(codecs, (event, signal) => {
    const principal = principalFrom(event.requestContext.authorizer, deps.now());
    if (!principal) throw unauthenticated();
    // What goes on after we have answered would be frozen, and thawed by a request that knows nothing of it.
    return (input) => operation(withSignal(deps, signal), principal, input);
  });

/** A function that serves one operation to everybody. */
export const publicHttpFunction = <Input, Output>(
  codecs: readonly Codec<Input, Output>[],
  operation: (input: Input) => Promise<Output>,
): HttpHandler => serve(codecs, () => operation);

function serve<Input, Output>(
  codecs: readonly Codec<Input, Output>[],
  admit: (event: APIGatewayProxyEvent, signal: AbortSignal) => (input: Input) => Promise<Output>,
): HttpHandler {
  const codecOf = ({ httpMethod, resource }: APIGatewayProxyEvent): Codec<Input, Output> => {
    const codec = codecs.find(({ route }) => routeKey(route) === routeKey({ method: httpMethod, path: resource }));
    if (!codec) throw new Error(`unable to serve ${httpMethod} ${resource}; the function has no codec for it`);
    return codec;
  };

  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>({
    timeoutEarlyInMillis: ANSWER_TAKES_MS,
    timeoutEarlyResponse: () => {
      throw new TooSlow();
    },
  })
    .use(requestLog())
    .use(cors())
    .use(failures(codecOf))
    .handler(async (event, _context, { signal }) => {
      const operate = admit(event, signal);
      const codec = codecOf(event);
      const request = requestFrom(event);
      return answer(codec.encode(await operate(codec.decode(request)), request), event);
    });
}

const answer = ({ status, headers, body }: HttpResponse, event: APIGatewayProxyEvent): APIGatewayProxyResult => ({
  statusCode: status,
  headers: {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    'x-request-id': event.requestContext.requestId,
    ...headers,
  },
  body: body === undefined ? '' : JSON.stringify(body),
});

/** Answers every error in its dialect's form. */
const failures = (
  codecOf: (event: APIGatewayProxyEvent) => Pick<Codec<never, never>, 'encodeFailure'>,
): Middleware => ({
  onError: (request) => {
    const { event, error } = request;
    const failure = failureOf(error, event.requestContext.requestId);
    const response = codecOf(event).encodeFailure(failure, event.requestContext.requestId);
    const retry: HttpResponse['headers'] = failure.code === 'unavailable' ? { 'retry-after': RETRY_AFTER_SECONDS } : {};
    request.response = answer({ ...response, headers: { ...response.headers, ...retry } }, event);
  },
});

/** One line a request, without anything that was sent or answered. */
function requestLog(): Middleware {
  const write: Middleware['after'] = ({ event, response }) => {
    const { requestId, requestTimeEpoch } = event.requestContext;
    const route = routeKey({ method: event.httpMethod, path: event.resource });
    log('INFO', { requestId, route, status: response?.statusCode, ms: Date.now() - requestTimeEpoch });
  };
  return { after: write, onError: write };
}
