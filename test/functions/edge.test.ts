import { SimpleFetcher } from 'aws-jwt-verify/https';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import { authenticator } from '../../functions/edge/authenticate.ts';
import { cors } from '../../functions/edge/cors.ts';
import { identityFrom } from '../../functions/edge/identity.ts';
import { jwksFetcher } from '../../functions/edge/jwks-fetcher.ts';
import { requestFrom } from '../../functions/edge/request.ts';
import { eventOf } from '../support/event.ts';
import { issuer } from '../support/issuer.ts';

const logged: string[] = [];
beforeEach(() => {
  logged.length = 0;
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => logged.push(String(line)) > 0);
  onTestFinished(() => spy.mockRestore());
});

const sub = '550e8400-e29b-41d4-a716-446655440000';

test('a token for any of the audiences is believed; claims go by the names that the deployment gives them', async () => {
  const { token, environment } = await issuer();
  const authenticate = authenticator({ ...environment, CLAIM_NAMES: '{"organization":"tenant","roles":"groups"}' });
  for (const aud of ['web', 'app', ['other', 'app']]) {
    expect(await authenticate(await token({ sub, aud, tenant: 'acme', org_id: 'ignored' }))).toMatchObject({
      identity: { sub, organization: 'acme', service: false, superAdmin: false },
    });
  }
  const { identity } = await authenticate(await token({ sub, aud: 'web', groups: 'SERVICE' }));
  expect(identity).toMatchObject({ service: true });
  for (const aud of ['web,app', 'other', undefined]) {
    await expect(authenticate(await token({ sub, aud }))).rejects.toThrow(/^Unauthorized$/);
  }
  expect(logged.join('')).toContain('"refused":"audience"');
});

test('an issuer whose keys cannot be had is its trouble, not the token’s', async () => {
  const { token, environment } = await issuer();
  const authenticate = authenticator({ ...environment, TOKEN_JWKS_URI: 'http://127.0.0.1:1/keys' });
  await expect(authenticate(await token({ sub, aud: 'web' }))).rejects.not.toThrow(/^Unauthorized$/);
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({ level: 'ERROR', keys: 'http://127.0.0.1:1/keys' });
});

test('keys come over plain HTTP from the machine itself alone', () => {
  for (const host of ['keys.example', '10.0.0.1', 'localhost.example', '127.0.0.1.example']) {
    expect(jwksFetcher(`http://${host}/keys`)).toBeInstanceOf(SimpleFetcher);
  }
  expect(jwksFetcher('https://localhost/keys')).toBeInstanceOf(SimpleFetcher);
  for (const host of ['localhost:3000', '127.0.0.1', '[::1]:80']) {
    expect(jwksFetcher(`http://${host}/keys`)).not.toBeInstanceOf(SimpleFetcher);
  }
});

test.each([
  ['an organization of 129 characters', { org_id: 'x'.repeat(129) }],
  ['an organization with white space', { org_id: 'a b' }],
  ['an organization with something invisible', { org_id: 'a\u200bb' }],
  ['an organization with a quote', { org_id: 'a"b' }],
  ['an organization with a backslash', { org_id: 'a\\b' }],
  ['a subject of 256 characters', { sub: 's'.repeat(256), roles: ['SERVICE'] }],
  ['an empty subject', { sub: '', roles: ['SERVICE'] }],
])('%s is refused', (_, claims) => {
  expect(identityFrom({ sub, exp: 1, ...claims }, { organization: 'org_id', roles: 'roles' })).toBeUndefined();
});

test('the longest names are taken, and what is no word grants nothing', () => {
  const names = { organization: 'org_id', roles: 'roles' };
  expect(identityFrom({ sub, exp: 1, org_id: 'x'.repeat(128), roles: null, 'cognito:groups': null }, names)).toEqual({
    sub,
    exp: 1,
    organization: 'x'.repeat(128),
    service: false,
    superAdmin: false,
  });
  const odd = { sub: 's'.repeat(255), exp: 1, roles: [7, 'SERVICE', null] };
  expect(identityFrom(odd, names)).toMatchObject({ service: true });
  expect(identityFrom({ sub, exp: 1, roles: [['SERVICE'], 'service'] }, names)).toMatchObject({ service: false });
});

const event = (change: Partial<APIGatewayProxyEvent>): APIGatewayProxyEvent => ({
  ...eventOf('POST', '/conversations/{id}/messages', {}),
  ...change,
});

test('a body is measured in bytes, and read from base64 too', () => {
  const text = (length: number) => JSON.stringify('€'.repeat(length));
  const fits = Math.floor((limits.bodyBytes - 2) / 3);
  expect(requestFrom(event({ body: text(fits) })).body).toHaveLength(fits);
  expect(() => requestFrom(event({ body: text(fits + 1) }))).toThrow(/at most 262144 bytes/);
  const exactly = JSON.stringify('x'.repeat(limits.bodyBytes - 2));
  expect(requestFrom(event({ body: exactly })).body).toHaveLength(limits.bodyBytes - 2);
  const encoded = Buffer.from('{"text":"é"}').toString('base64');
  expect(requestFrom(event({ body: encoded, isBase64Encoded: true })).body).toEqual({ text: 'é' });
});

test('headers are known by their names in any case, paths by their stage, parameters decoded once', () => {
  const { requestContext } = event({});
  const request = requestFrom(
    event({
      headers: { 'IDEMPOTENCY-Key': 'k', Absent: undefined },
      pathParameters: { id: 'a%252Fb', broken: '%zz' },
      queryStringParameters: { limit: '5' },
      requestContext: { ...requestContext, path: '/stage/conversations' },
    }),
  );
  expect(request).toEqual({
    url: '/stage/conversations',
    headers: { 'idempotency-key': 'k' },
    path: { id: 'a%2Fb', broken: '%zz' },
    query: { limit: '5' },
    body: undefined,
  });
});

test.each([
  ['https://a.example,https://b.example', 'https://b.example', 'https://b.example'],
  ['https://a.example,https://b.example', 'https://c.example', undefined],
  ['https://a.example', undefined, undefined],
  ['*', 'https://c.example', '*'],
  [undefined, 'https://a.example', undefined],
])('of origins %s, a page of %s may read the answer as %s', (configured, origin, allowed) => {
  const { after } = cors(configured);
  for (const headers of [{ origin }, { Origin: origin }]) {
    const response = { statusCode: 200, body: '', headers: { link: '<x>' } };
    const request = { event: event({ headers }), response };
    after?.(request as never);
    expect(request.response.headers).toEqual(
      allowed === undefined
        ? { link: '<x>' }
        : {
            link: '<x>',
            'access-control-allow-origin': allowed,
            'access-control-expose-headers': 'x-request-id, link, retry-after, x-messages-truncated',
            vary: 'origin',
          },
    );
  }
});
