import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { Failure } from '../../core/domain/errors.ts';
import { type Deps, liveDeps } from '../../core/operations/deps.ts';
import { seeUser } from '../../core/operations/see-user.ts';
import { type Authenticated, authenticator, unauthorized } from './authenticate.ts';
import { log, traceOf } from './log.ts';

/** So long a caller may wait for its profile to be kept. */
const KEEPING_TAKES_MS = 2_000;

/** What a test may change of the world. */
interface World {
  readonly authenticate?: (token: string) => Promise<Authenticated>;
  readonly deps?: Deps;
  /** Aborted when nobody waits any longer for a profile to be kept. */
  readonly patience?: () => AbortSignal;
}

/**
 * Lets a bearer of a good token call the whole API: the gateway caches the answer for the token, whatever route it was
 * asked for first. Membership is the functions' business. What the token tells of its user is kept on the way.
 */
export const restAuthorizer = ({
  authenticate = authenticator(),
  deps = liveDeps(),
  patience = () => AbortSignal.timeout(KEEPING_TAKES_MS),
}: World = {}): ((event: APIGatewayRequestAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>) => {
  /** A table in trouble is no fault of the token's: it is believed all the same, and its user is seen next time. */
  const keepProfile = async ({ identity, introduction }: Authenticated): Promise<void> => {
    const { sub, organization, service } = identity;
    const principal = { organization, subject: sub, isService: service };
    const table = { ...deps.table, signal: patience() };
    await seeUser({ ...deps, table }, principal, introduction).catch((error: unknown) =>
      log('ERROR', { missed: 'profile', ...traceOf(error instanceof Failure ? error.cause : error) }),
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
