import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { type Deps, liveDeps } from '../../core/operations/deps.ts';
import { type Authenticated, authenticator, unauthorized } from './authenticate.ts';
import { admit } from './authorizer.ts';
import { bearerToken } from './bearer.ts';
import { headerValues } from './headers.ts';

/**
 * Lets a bearer of a good token call the whole API: the gateway caches the answer for the token, whatever route it was
 * asked for first. Membership is the functions' business. What the token tells of its user is kept on the way.
 * @param authenticate tells who a token speaks for
 * @param deps the world in which profiles are kept; that of a deployed function unless a test brings another
 */
export const restAuthorizer =
  (
    authenticate: (token: string) => Promise<Authenticated> = authenticator(),
    deps: Deps = liveDeps(),
  ): ((event: APIGatewayRequestAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>) =>
  async ({ multiValueHeaders, methodArn }) => {
    const [header, ...more] = headerValues(multiValueHeaders, 'authorization');
    const token = bearerToken(header);
    // Of several headers the gateway may cache our answer under another one than we read.
    if (!token || more.length > 0) throw unauthorized();
    const [api = '', stage = ''] = methodArn.split('/');
    return admit(await authenticate(token), `${api}/${stage}/*`, deps);
  };
