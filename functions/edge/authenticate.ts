import {
  FetchError,
  JwksValidationError,
  JwkValidationError,
  JwtExpiredError,
  JwtInvalidAudienceError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureError,
  KidNotFoundInJwksError,
  WaitPeriodNotYetEndedJwkError,
} from 'aws-jwt-verify/error';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import * as z from 'zod/mini';
import type { ProfileClaims } from '../../core/domain/profile.ts';
import { ClaimNames, type Identity, identityFrom } from './identity.ts';
import { jwksFetcher } from './jwks-fetcher.ts';
import { log, traceOf } from './log.ts';
import { profileClaimsFrom } from './profile-claims.ts';

/** Whose tokens a deployment trusts. */
const Environment = z.object({
  TOKEN_ISSUER: z.string(),
  /** One or several, comma-separated: a token must be meant for one of them. */
  TOKEN_AUDIENCE: z.string(),
  TOKEN_JWKS_URI: z.url(),
  /** JSON: the claims that are not called as the contract calls them. */
  CLAIM_NAMES: z._default(z.string(), '{}'),
});

/** The error by which a gateway answers 401. */
export const unauthorized = (): Error => new Error('Unauthorized');

/** Why a token was not believed, for the log; its bearer is not told. */
const reasons = [
  [JwtExpiredError, 'expired'],
  [JwtInvalidIssuerError, 'issuer'],
  [JwtInvalidAudienceError, 'audience'],
  [JwtInvalidSignatureError, 'signature'],
  [KidNotFoundInJwksError, 'unknown key'],
  [WaitPeriodNotYetEndedJwkError, 'unknown key'],
] as const;

/** What is no fault of the token's: its issuer's keys cannot be had. */
const issuersTrouble = [FetchError, JwksValidationError, JwkValidationError] as const;

function refused(reason: string): Error {
  log('INFO', { refused: reason });
  return unauthorized();
}

/** What a token that is believed says. */
export interface Authenticated {
  /** Who it speaks for. */
  readonly identity: Identity;
  /** What it tells of its user. */
  readonly profileClaims: ProfileClaims;
}

/**
 * Tells who a token speaks for, and what it says of that user.
 * @throws Error `Unauthorized` for a bad token; another error when the issuer's keys cannot be had
 */
export function authenticator(environment: NodeJS.ProcessEnv = process.env): (token: string) => Promise<Authenticated> {
  const { TOKEN_ISSUER, TOKEN_AUDIENCE, TOKEN_JWKS_URI, CLAIM_NAMES } = Environment.parse(environment);
  const names = ClaimNames.parse(JSON.parse(CLAIM_NAMES));
  const verifier = JwtVerifier.create(
    { issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE.split(','), jwksUri: TOKEN_JWKS_URI },
    { jwksCache: new SimpleJwksCache({ fetcher: jwksFetcher(TOKEN_JWKS_URI) }) },
  );

  return async (token) => {
    const claims = await verifier.verify(token).catch((error: unknown) => {
      if (issuersTrouble.some((kind) => error instanceof kind)) {
        log('ERROR', { keys: TOKEN_JWKS_URI, ...traceOf(error) });
        throw error;
      }
      throw refused(reasons.find(([kind]) => error instanceof kind)?.[1] ?? 'malformed');
    });
    const identity = identityFrom(claims, names);
    if (!identity) throw refused('claims');
    return { identity, profileClaims: profileClaimsFrom(claims, names) };
  };
}
