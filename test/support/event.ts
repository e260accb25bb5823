import type { APIGatewayProxyEvent } from 'aws-lambda';
import { identityOf } from '../../local/rest/event.ts';

/** The event of a request without a body, as a REST API makes it. */
export function eventOf(method: string, resource: string, authorizer: Record<string, unknown>): APIGatewayProxyEvent {
  return {
    httpMethod: method,
    resource,
    path: resource,
    headers: {},
    multiValueHeaders: {},
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      authorizer,
      protocol: 'HTTP/1.1',
      httpMethod: method,
      identity: identityOf('127.0.0.1', null),
      path: resource,
      stage: 'api',
      requestId: 'request-1',
      requestTimeEpoch: 0,
      resourceId: 'resource',
      resourcePath: resource,
    },
  };
}
