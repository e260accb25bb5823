import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import * as z from 'zod/mini';
import { subprotocol, tokenSubprotocol } from '../../core/contract/socket.ts';
import { type Deps, liveDeps } from '../../core/operations/deps.ts';
import { type Authenticated, authenticator, unauthorized } from './authenticate.ts';
import { admit } from './authorizer.ts';
import { bearerToken } from './bearer.ts';
import { Handshake, offeredSubprotocols, queryValues } from './handshake.ts';
import { headerValues } from './headers.ts';

const AuthorizerEvent = z.extend(Handshake, { methodArn: z.string() });

/**
 * Lets a bearer of a good token open a socket; the gateway hands on who that is with each of its frames. What the token
 * tells of its user is kept on the way.
 * @param authenticate tells who a token speaks for
 * @param deps the world in which profiles are kept; that of a deployed function unless a test brings another
 */
export const socketAuthorizer =
  (
    authenticate: (token: string) => Promise<Authenticated> = authenticator(),
    deps: Deps = liveDeps(),
  ): ((event: unknown) => Promise<APIGatewayAuthorizerResult>) =>
  async (event) => {
    const { methodArn, ...handshake } = AuthorizerEvent.parse(event);
    return admit(await authenticate(tokenIn(handshake)), methodArn, deps);
  };

/**
 * The token that a client gave in exactly one of three ways.
 * @throws Error `Unauthorized`
 */
function tokenIn(handshake: Handshake): string {
  const offered = offeredSubprotocols(handshake);
  const [token, ...more] = [
    ...headerValues(handshake.multiValueHeaders, 'authorization').map(bearerToken),
    ...offered.filter((name) => name.startsWith(tokenSubprotocol)).map((name) => name.slice(tokenSubprotocol.length)),
    ...queryValues(handshake, 'token'),
  ];
  if (!token || more.length > 0) throw unauthorized();
  // Who puts it among the subprotocols needs another one for us to select: this one is a secret.
  if (offered.some((name) => name.startsWith(tokenSubprotocol)) && !offered.includes(subprotocol)) throw unauthorized();
  return token;
}
