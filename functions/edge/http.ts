import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { routeKey } from '../../core/contract/route.ts';
import type { Codec, HttpRequest, HttpResponse } from '../../core/dialects/codec.ts';
import { unauthenticated } from '../../core/domain/errors.ts';
import type { Principal } from '../../core/domain/principal.ts';
import { type Deps, liveDeps, withSignal } from '../../core/operations/deps.ts';
import { cors } from './cors.ts';
import { failureOf } from './failure.ts';
import { principalFrom } from './identity.ts';
import { log } from './log.ts';
import { headersOf, requestFrom } from './request.ts';
import { ANSWER_TAKES_MS, TooSlow } from './too-slow.ts';

const RETRY_AFTER_SECONDS = '1';

type Middleware = MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult>;

type HttpHandler = middy.MiddyfiedHandler<APIGatewayProxyEvent, APIGatewayProxyResult>;

/** One route as a function serves it: who may come, how a request is understood and answered, and what is done. */
interface Endpoint<World extends Deps> {
  readonly codec: Pick<Codec<never, never>, 'route' | 'admit' | 'encodeFailure'>;
  readonly serve: (world: World, principal: Principal, request: HttpRequest) => Promise<HttpResponse>;
}

/** Serves a dialect's route by an operation. */
export const serve = <World extends Deps, Input, Output>(
  codec: Codec<Input, Output>,
  operation: (world: World, principal: Principal, input: Input) => Promise<Output>,
): Endpoint<World> => ({
  codec,
  serve: async (world, principal, request) =>
    codec.encode(await operation(world, principal, codec.decode(request)), request),
});

/**
 * A function that serves one operation to callers with a token, in every dialect that has it.
 * @param world in which it operates; that of a deployed function unless a test brings another
 */
export const httpFunction = (endpoints: readonly Endpoint<Deps>[], world: Deps = liveDeps()): HttpHandler =>
  httpFunctionWith(endpoints, world);

/** As `httpFunction`, for an operation that needs more of the world. */
export const httpFunctionWith = <World extends Deps>(
  endpoints: readonly Endpoint<World>[],
  world: World,
): HttpHandler =>
  handlerOf(endpoints, async ({ codec, serve }, event, signal) => {
    const principal = principalFrom(event.requestContext.authorizer, world.now());
    if (!principal) throw unauthenticated();
    // What goes on after we have answered would be frozen, and thawed by a request that knows nothing of it.
    const within = withSignal(world, signal);
    await codec.admit?.(within, principal, headersOf(event));
    return serve(within, principal, requestFrom(event));
  });

/** A function that serves one operation to everybody. */
export const publicHttpFunction = <Input, Output>(
  codec: Codec<Input, Output>,
  operation: (input: Input) => Promise<Output>,
): HttpHandler =>
  handlerOf([{ codec }], async (_, event) => {
    const request = requestFrom(event);
    return codec.encode(await operation(codec.decode(request)), request);
  });

function handlerOf<Served extends Pick<Endpoint<never>, 'codec'>>(
  served: readonly Served[],
  respond: (served: Served, event: APIGatewayProxyEvent, signal: AbortSignal) => Promise<HttpResponse>,
): HttpHandler {
  const servedAt = ({ httpMethod, resource }: APIGatewayProxyEvent): Served => {
    const key = routeKey({ method: httpMethod, path: resource });
    const found = served.find(({ codec }) => routeKey(codec.route) === key);
    if (!found) throw new Error(`unable to serve ${key}; the function has no codec for it`);
    return found;
  };

  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>({
    timeoutEarlyInMillis: ANSWER_TAKES_MS,
    timeoutEarlyResponse: () => {
      throw new TooSlow();
    },
  })
    .use(requestLog())
    .use(cors())
    .use(failures((event) => servedAt(event).codec))
    .handler(async (event, _context, { signal }) => answer(await respond(servedAt(event), event, signal), event));
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
