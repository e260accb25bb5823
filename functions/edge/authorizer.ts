import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { type Deps, withSignal } from '../../core/operations/deps.ts';
import { syncProfile } from '../../core/operations/sync-profile.ts';
import type { Authenticated } from './authenticate.ts';
import { principalOf } from './identity.ts';
import { log, traceOf } from './log.ts';

/** So long a caller may wait for its profile to be kept. */
const KEEPING_TAKES_MS = 2_000;

/**
 * Admits the bearer of a good token, and keeps what the token tells of its user on the way. A table in trouble is no fault of
 * the token's: it is believed all the same, and its user is seen next time.
 * @param resource what the bearer may invoke, by its ARN
 * @param deps the world in which profiles are kept
 */
export async function admit(
  { identity, profileClaims }: Authenticated,
  resource: string,
  deps: Deps,
): Promise<APIGatewayAuthorizerResult> {
  const within = withSignal(deps, AbortSignal.timeout(KEEPING_TAKES_MS));
  await syncProfile(within, principalOf(identity), profileClaims).catch((error: unknown) =>
    log('ERROR', { missed: 'profile', ...traceOf(error) }),
  );
  return {
    principalId: identity.sub,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: resource }],
    },
    context: { ...identity },
  };
}
