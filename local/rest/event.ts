import type { APIGatewayProxyEvent } from 'aws-lambda';
import { accountId } from '../aws.ts';
import { clfTime, headersOf, hostOf, lastOfEach, queryOf } from '../gateway/event.ts';
import { type HttpRequest, headerOf } from '../http.ts';
import type { RestApi } from './api.ts';
import type { Match } from './routing.ts';

/** The event by which the gateway tells a function of a request, an authorizer's context still missing. */
export function proxyEvent(api: RestApi, request: HttpRequest, match: Match, requestId: string): APIGatewayProxyEvent {
  const { method, pathParameters } = match;
  const now = new Date();
  const host = hostOf(request);

  return {
    resource: method.path,
    path: request.path,
    httpMethod: request.method,
    ...headersOf(request),
    ...queryOf(request),
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
