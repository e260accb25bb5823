import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

/**
 * Lets browsers of the configured origins read the answer. Preflights are the gateway's.
 * @param configured comma-separated origins, or `*`; nothing is allowed without it
 */
export function cors(
  configured: string | undefined = process.env['CORS_ORIGINS'],
): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  const origins = configured?.split(',') ?? [];
  const allow: MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult>['after'] = ({ event, response }) => {
    const origin = event.headers?.['origin'] ?? event.headers?.['Origin'];
    const allowed = origins.includes('*') ? '*' : origins.find((one) => one === origin);
    if (!response || !allowed) return;
    response.headers = {
      ...response.headers,
      'access-control-allow-origin': allowed,
      'access-control-expose-headers': 'x-request-id, link, retry-after, x-messages-truncated',
      vary: 'origin',
    };
  };
  return { after: allow, onError: allow };
}
