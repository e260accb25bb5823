import { expect, onTestFinished, test, vi } from 'vitest';
import type { Deps } from '../../core/operations/deps.ts';
import { getProfile } from '../../core/operations/get-profile.ts';
import { authenticator } from '../../functions/edge/authenticate.ts';
import { socketAuthorizer } from '../../functions/edge/socket-authorizer.ts';
import { issuer } from '../support/issuer.ts';
import { userOf } from '../support/people.ts';
import { connectEvent, type SocketEventOptions } from '../support/socket-event.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const ann = userOf('acme');
const EXP = 4_102_444_800;
const ARN = 'arn:aws:execute-api:eu-west-1:000000000000:api/live/$connect';

const eventOf = (options: SocketEventOptions) => ({ ...connectEvent(options), type: 'REQUEST', methodArn: ARN });

/** An authorizer around a table, a good token of Ann's, and what was logged. */
async function scene() {
  const trusted = await issuer();
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  onTestFinished(() => spy.mockRestore());
  const deps: Deps = depsOf(await openTable());
  const authorize = socketAuthorizer(authenticator(trusted.environment), deps);
  const claims = { aud: 'web', sub: ann.subject, org_id: ann.organization, name: 'Ann', exp: EXP };
  return { deps, lines, token: await trusted.token(claims), trusted, claims, authorize };
}

test('a token comes in a subprotocol, in a header or in the query, and is handed on as an identity', async () => {
  const { deps, authorize, token, lines } = await scene();
  const ways: SocketEventOptions[] = [
    { headers: { 'Sec-WebSocket-Protocol': `parley.v1, bearer.${token}` } },
    { headers: { 'sec-websocket-protocol': [`bearer.${token}`, 'parley.v1'] } },
    { headers: { Authorization: `Bearer ${token}` } },
    { headers: { authorization: `bearer ${token}`, 'Sec-WebSocket-Protocol': 'parley.v1' } },
    { query: { token: [token] } },
  ];
  for (const way of ways) {
    expect(await authorize(eventOf(way))).toEqual({
      principalId: ann.subject,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: ARN }],
      },
      context: { sub: ann.subject, organization: 'acme', service: false, superAdmin: false, exp: EXP },
    });
  }
  expect(await getProfile(deps, ann, { userId: ann.subject, actingUserId: undefined })).toMatchObject({ name: 'Ann' });
  expect(lines).toEqual([]);
});

test('none, more than one or a bad one is refused, without a word about it', async () => {
  const { authorize, token, trusted, claims, lines } = await scene();
  const bearer = `Bearer ${token}`;
  const offered = `parley.v1, bearer.${token}`;
  const expired = await trusted.token({ ...claims, exp: 1 });
  const refused: SocketEventOptions[] = [
    {},
    { headers: { 'Sec-WebSocket-Protocol': 'parley.v1' } },
    { headers: { 'Sec-WebSocket-Protocol': `bearer.${token}` } },
    { headers: { 'Sec-WebSocket-Protocol': `parley.v1, bearer.` } },
    { headers: { 'Sec-WebSocket-Protocol': `${offered}, bearer.${token}` } },
    { headers: { 'Sec-WebSocket-Protocol': [offered, offered] } },
    { headers: { Authorization: token } },
    { headers: { Authorization: `Basic ${token}` } },
    { headers: { Authorization: [bearer, bearer] } },
    { headers: { Authorization: bearer, authorization: bearer } },
    { headers: { Authorization: bearer, 'Sec-WebSocket-Protocol': offered } },
    { headers: { Authorization: 'Basic x' }, query: { token: [token] } },
    { headers: { Authorization: bearer }, query: { token: [''] } },
    { headers: { 'Sec-WebSocket-Protocol': offered }, query: { token: [token] } },
    { query: { token: [token, token] } },
    { query: { token: [] } },
    { query: { token: [''] } },
    { query: { token: [`${token}x`] } },
    { query: { token: [expired] } },
    { query: { Token: [token] } },
  ];
  for (const way of refused) await expect(authorize(eventOf(way))).rejects.toThrow(/^Unauthorized$/);
  expect(lines.join()).not.toContain(token.slice(0, 20));
});

test('an issuer whose keys cannot be had is no reason to refuse', async () => {
  const { deps, token, trusted } = await scene();
  const environment = { ...trusted.environment, TOKEN_JWKS_URI: 'http://127.0.0.1:1/keys' };
  const authorize = socketAuthorizer(authenticator(environment), deps);
  await expect(authorize(eventOf({ query: { token: [token] } }))).rejects.not.toThrow(/^Unauthorized$/);
});
