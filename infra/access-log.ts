import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

/** What a gateway tells of the authorizer and of the function that it asked. */
const asked = {
  organization: '$context.authorizer.organization',
  refusal: '$context.error.responseType',
  authorizerStatus: '$context.authorizer.status',
  authorizerLatency: '$context.authorizer.latency',
  authorizerError: '$context.authorizer.error',
  functionStatus: '$context.integration.status',
  functionLatency: '$context.integration.latency',
  functionRequestId: '$context.integration.requestId',
  functionError: '$context.integration.error',
};

/**
 * One line of JSON for each request: what was asked, what came of it, how long it took and for whom. No path or query as
 * sent, no header, no body: neither tokens nor texts. Everything is a string, since what is absent is written as `-`.
 */
export const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    route: '$context.httpMethod $context.resourcePath',
    status: '$context.status',
    latency: '$context.responseLatency',
    length: '$context.responseLength',
    ...asked,
  }),
);

/** The same of a WebSocket: one line for each socket that opens or closes, and for each of its frames. */
export const liveAccessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    route: '$context.routeKey',
    connection: '$context.connectionId',
    status: '$context.status',
    ...asked,
  }),
);
