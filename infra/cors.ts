import { Duration } from 'aws-cdk-lib';
import { Cors, type CorsOptions } from 'aws-cdk-lib/aws-apigateway';

const exposed = ['x-request-id', 'link', 'retry-after', 'x-messages-truncated'];

/** How preflight requests are answered when pages of `origins` may call the API; undefined when none may. */
export const preflight = (origins: readonly string[]): CorsOptions | undefined =>
  origins.length === 0
    ? undefined
    : {
        allowOrigins: [...origins],
        allowMethods: Cors.ALL_METHODS,
        allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'X-PUBLIC-KEY'],
        exposeHeaders: exposed,
        maxAge: Duration.hours(2),
      };

/** The variable by which the functions learn whose pages may read their answers; none when nobody's may. */
export const corsEnvironment = (origins: readonly string[]): Record<string, string> =>
  origins.length === 0 ? {} : { CORS_ORIGINS: origins.join(',') };

/**
 * The headers with which a page may read a gateway response, as API Gateway's parameter mapping takes them; none when no
 * page may. A mapping cannot choose among several origins, so then it echoes the caller's own. That gives nothing away: the
 * tokens are no cookies, so a strange page has none to send, and all that it could read is one of our fixed error bodies.
 */
export const gatewayResponseCors = (origins: readonly string[]): Record<string, string> => {
  const [first, ...more] = origins;
  if (first === undefined) return {};
  return {
    'Access-Control-Allow-Origin': more.length === 0 ? `'${first}'` : 'method.request.header.Origin',
    'Access-Control-Expose-Headers': `'${exposed.join(',')}'`,
    ...(first === '*' ? {} : { Vary: "'Origin'" }),
  };
};
