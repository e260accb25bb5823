import type { APIGatewayProxyEvent } from 'aws-lambda';
import { accountId } from '../aws.ts';
import { type HttpRequest, headerOf } from '../http.ts';
import type { RestApi } from './api.ts';
import type { Match } from './routing.ts';

/** The event by which the gateway tells a function of a request, an authorizer's context still missing. */
export function proxyEvent(api: RestApi, request: HttpRequest, match: Match, requestId: string): APIGatewayProxyEvent {
  const { method, pathParameters } = match;
  const now = new Date();
  const host = headerOf(request, 'host') ?? '';
  const headers = [
    ...request.headers.filter(([name]) => !ofTheConnection.has(name.toLowerCase())),
    ['X-Forwarded-For', request.sourceIp],
    ['X-Forwarded-Port', host.split(':')[1] ?? '80'],
    ['X-Forwarded-Proto', 'http'],
  ] as const;
  const query = [...new URLSearchParams(request.query)];

  return {
    resource: method.path,
    path: request.path,
    httpMethod: request.method,
    headers: lastOfEach(headers) ?? {},
    multiValueHeaders: allOfEach(headers) ?? {},
    queryStringParameters: lastOfEach(query),
    multiValueQueryStringParameters: allOfEach(query),
    pathParameters: lastOfEach(Object.entries(pathParameters)),
    stageVariables: null,
    body: request.body.length === 0 ? null : request.body.toString(),
    isBase64Encoded: false,
    requestContext: {
      accountId,
      apiId: api.id,
      authorizer: null,
      domainName: host,
      domainPrefix: host.split('.')[0] ?? '',
      extendedRequestId: requestId,
      httpMethod: request.method,
      identity: identityOf(request.sourceIp, headerOf(request, 'user-agent') ?? null),
      // Where a domain of its own is mapped to the API's root, the path has no stage in front.
      path: request.path,
      protocol: 'HTTP/1.1',
      requestId,
      requestTime: clfTime(now),
      requestTimeEpoch: now.getTime(),
      resourceId: method.resourceId,
      resourcePath: method.path,
      stage: api.stage,
    },
  };
}

/** What a proxy event tells of a caller who has no AWS identity. */
export const identityOf = (
  sourceIp: string,
  userAgent: string | null,
): APIGatewayProxyEvent['requestContext']['identity'] => ({
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  sourceIp,
  user: null,
  userAgent,
  userArn: null,
});

/** Headers that concern two neighbours on the way only, and that the gateway does not pass on. */
const ofTheConnection = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

type Pairs = readonly (readonly [name: string, value: string])[];

/** One value for each name, the last one; null where there is none at all. Names that differ in case differ. */
const lastOfEach = (pairs: Pairs): Record<string, string> | null =>
  pairs.length === 0 ? null : Object.fromEntries(pairs);

/** All values for each name; null where there is none at all. */
function allOfEach(pairs: Pairs): Record<string, string[]> | null {
  if (pairs.length === 0) return null;
  const all = new Map<string, string[]>();
  for (const [name, value] of pairs) all.set(name, [...(all.get(name) ?? []), value]);
  return Object.fromEntries(all);
}

/** A time as web servers log it: `09/Apr/2015:12:34:56 +0000`. */
function clfTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}
