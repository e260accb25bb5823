import { createServer } from 'node:http';
import { OAuth2Issuer } from 'oauth2-mock-server';
import { onTestFinished } from 'vitest';
import { addressOf, listening } from '../../local/listening.ts';

/** An issuer whose keys are served over loopback for one test, and the environment of an authorizer that trusts it. */
export async function issuer() {
  const made = new OAuth2Issuer();
  await made.keys.generate('RS256');
  const server = createServer((_, answer) => answer.end(JSON.stringify({ keys: made.keys.toJSON() })));
  await listening(server, 0, '127.0.0.1');
  onTestFinished(() => void server.close());
  const uri = `http://127.0.0.1:${addressOf(server).port}`;
  made.url = uri;
  const token = (claims: object) =>
    made.buildToken({ scopesOrTransform: (_, payload) => void Object.assign(payload, claims) });
  return { token, environment: { TOKEN_ISSUER: uri, TOKEN_AUDIENCE: 'web,app', TOKEN_JWKS_URI: uri } };
}
