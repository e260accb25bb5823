import { readFile, writeFile } from 'node:fs/promises';
import { OAuth2Issuer } from 'oauth2-mock-server';
import * as z from 'zod/mini';

/** Where the development issuer stands on the laptop's origin; its full URL is the tokens' `iss`. */
export const issuerPath = '/_local';
export const jwksPath = `${issuerPath}/.well-known/jwks.json`;
export const configurationPath = `${issuerPath}/.well-known/openid-configuration`;
export const tokenPath = `${issuerPath}/token`;

/** The `aud` of every token. */
export const developmentAudience = 'parley-local';

const DAY_SECONDS = 24 * 60 * 60;

/** An issuer of tokens for whoever asks. */
export interface Issuer {
  /**
   * A signed token.
   * @param claims `sub` and whatever else it shall say, `iss` and `aud` included
   * @param expiresIn seconds from now; a day, if absent
   */
  token(claims: Readonly<Record<string, unknown>>, expiresIn?: number): Promise<string>;
  /** Its public keys, as `jwks.json` has them. */
  readonly jwks: object;
  /** What OpenID Connect has an issuer say of itself. */
  readonly configuration: object;
  readonly url: string;
}

const Keys = z.array(z.record(z.string(), z.unknown()));

/**
 * Opens the development issuer of the laptop at `origin`.
 * @param keyFile where its key is kept, so that tokens outlive a restart; without it, the key is as short-lived as the issuer
 */
export async function openIssuer(origin: string, keyFile?: string): Promise<Issuer> {
  const issuer = new OAuth2Issuer();
  const url = `${origin}${issuerPath}`;
  issuer.url = url;
  for (const key of await readKeys(keyFile)) await issuer.keys.add(key);
  if (issuer.keys.get() === undefined) {
    await issuer.keys.generate('RS256');
    if (keyFile !== undefined) await writeFile(keyFile, JSON.stringify(issuer.keys.toJSON(true)), { mode: 0o600 });
  }

  return {
    url,
    token: (claims, expiresIn = DAY_SECONDS) =>
      issuer.buildToken({
        expiresIn,
        scopesOrTransform: (_, payload) => {
          Object.assign(payload, { aud: developmentAudience }, claims);
        },
      }),
    jwks: { keys: issuer.keys.toJSON() },
    configuration: {
      issuer: url,
      jwks_uri: `${origin}${jwksPath}`,
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
    },
  };
}

async function readKeys(file: string | undefined): Promise<z.output<typeof Keys>> {
  if (file === undefined) return [];
  try {
    return Keys.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
