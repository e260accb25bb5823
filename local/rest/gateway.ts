import { randomUUID } from 'node:crypto';
import { arn } from '../aws.ts';
import { invokeIntegration } from '../gateway/integration.ts';
import { Refusal } from '../gateway/refusal.ts';
import { type Answer, type HttpRequest, headerOf } from '../http.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { Limits } from '../limits.ts';
import type { RestApi } from './api.ts';
import { createAuthorization } from './authorization.ts';
import { proxyEvent } from './event.ts';
import { renderRefusal } from './gateway-response.ts';
import { createRouter, type Match } from './routing.ts';

/** The most that request line and header values may weigh together. The body's bound is where bodies are read. */
const LINE_AND_HEADERS_MOST_BYTES = 10_240;

/** Answers requests as API Gateway answers them for `api`, with its functions in `lambda`. */
export function createRestGateway(
  api: RestApi,
  lambda: Lambda,
  { integrationMs }: Pick<Limits, 'integrationMs'>,
): (request: HttpRequest) => Promise<Answer> {
  const route = createRouter(api.methods);
  const authorize = createAuthorization(lambda);

  const handle = async (request: HttpRequest, requestId: string): Promise<Answer> => {
    if (request.tooLarge || lineAndHeaderBytes(request) > LINE_AND_HEADERS_MOST_BYTES)
      throw new Refusal('REQUEST_TOO_LARGE');
    const match = route(request.method, request.path);
    if (match === undefined) throw noMethod(request);
    const { integration } = match.method;
    if ('status' in integration)
      return { status: integration.status, headers: integration.headersOf(requestId), body: '' };
    return invokeIntegration(lambda, integration, await eventFor(request, match, requestId), integrationMs);
  };

  const eventFor = async (request: HttpRequest, match: Match, requestId: string) => {
    const event = proxyEvent(api, request, match, requestId);
    const { authorizer } = match.method;
    if (authorizer !== undefined) {
      const methodArn = arn('execute-api', `${api.id}/${api.stage}/${request.method}${request.path}`);
      event.requestContext.authorizer = await authorize(authorizer, event, methodArn);
    }
    return event;
  };

  return async (request) => {
    const requestId = randomUUID();
    const answer = await handle(request, requestId).catch((error: unknown) => {
      if (error instanceof Refusal) return renderRefusal(error.type, api.gatewayResponses, request, requestId);
      throw error;
    });
    return { ...answer, headers: { ...answer.headers, 'x-amzn-requestid': requestId } };
  };
}

const lineAndHeaderBytes = ({ method, path, query, headers }: HttpRequest): number =>
  [method, path, query, ...headers.map(([, value]) => value)].reduce(
    (bytes, text) => bytes + Buffer.byteLength(text),
    0,
  );

/** API Gateway takes a request for which it has no method for one to AWS itself, which must be signed. */
const noMethod = (request: HttpRequest): Refusal =>
  new Refusal(headerOf(request, 'authorization') === undefined ? 'MISSING_AUTHENTICATION_TOKEN' : 'DEFAULT_4XX');
