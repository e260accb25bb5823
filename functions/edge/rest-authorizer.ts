import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { type Deps, liveDeps } from '../../core/operations/deps.ts';
import { syncProfile } from '../../core/operations/sync-profile.ts';
import { type Authenticated, authenticator, unauthorized } from './authenticate.ts';
import { principalOf } from './identity.ts';
import { log, traceOf } from './log.ts';

/** So long a caller may wait for its profile to be kept. */
const KEEPING_TAKES_MS = 2_000;

/**
 * Lets a bearer of a good token call the whole API: the gateway caches the answer for the token, whatever route it was
 * asked for first. Membership is the functions' business. What the token tells of its user is kept on the way.
 * @param authenticate tells who a token speaks for
 * @param deps the world in which profiles are kept; that of a deployed function unless a test brings another
 */
export const restAuthorizer = (
  authenticate: (token: string) => Promise<Authenticated> = authenticator(),
  deps: Deps = liveDeps(),
): ((event: APIGatewayRequestAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>) => {
  /** A table in trouble is no fault of the token's: it is believed all the same, and its user is seen next time. */
  const keepProfile = async ({ identity, profileClaims }: Authenticated): Promise<void> => {
    const table = { ...deps.table, signal: AbortSignal.timeout(KEEPING_TAKES_MS) };
    await syncProfile({ ...deps, table }, principalOf(identity), profileClaims).catch((error: unknown) =>
      log('ERROR', { missed: 'profile', ...traceOf(error) }),
    );
  };

  return async ({ multiValueHeaders, methodArn }) => {
    const [header, ...more] = Object.entries(multiValueHeaders ?? {})
      .filter(([name]) => name.toLowerCase() === 'authorization')
      .flatMap(([, values]) => values ?? []);
    const [, token] = /^Bearer +(\S+)$/i.exec(header ?? '') ?? [];
    // Of several headers the gateway may cache our answer under another one than we read.
    if (!token || more.length > 0) throw unauthorized();

    const authenticated = await authenticate(token);
    await keepProfile(authenticated);
    const { identity } = authenticated;
    const [api = '', stage = ''] = methodArn.split('/');
    return {
      principalId: identity.sub,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: `${api}/${stage}/*` }],
      },
      context: { ...identity },
    };
  };
};
