import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JwtVerifier } from 'aws-jwt-verify';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod/mini';
import type { Handler } from '../../local/front.ts';
import { json } from '../../local/http.ts';
import { type Issuer, openIssuer } from '../../local/issuer.ts';
import { beside, hiddenBy, ownRoutes } from '../../local/own-routes.ts';
import { html } from '../../local/pages/html.ts';
import { request } from './requests.ts';

const origin = 'http://localhost:4000';
const conversationId = '<b>&"id\'</b>';
const Key = z.strictObject({
  kid: z.string(),
  kty: z.literal('RSA'),
  alg: z.literal('RS256'),
  n: z.string(),
  e: z.string(),
});
const Keys = z.object({ keys: z.array(Key) });

const addresses = { origin, liveUrl: `${origin.replace('http', 'ws')}/live` };

let issuer: Issuer;
let handle: Handler;
beforeAll(async () => {
  issuer = await openIssuer(origin);
  handle = beside(ownRoutes(addresses, issuer, { conversationId }), async () => json(200, 'the API'));
});

const ask = (method: string, path: string, headers: Record<string, string> = {}, body = '') =>
  handle(
    request(method, path, {
      headers: Object.entries({ host: 'localhost:4000', ...headers }),
      body: Buffer.from(body),
    }),
  );
const bodyOf = async (answer: ReturnType<typeof ask>): Promise<unknown> => JSON.parse(String((await answer).body));

/** The claims of a token, verified as a function would. */
async function verified(token: string): Promise<Record<string, unknown>> {
  const verifier = JwtVerifier.create({
    issuer: `${origin}/_local`,
    audience: 'parley-local',
    jwksUri: `${origin}/_local/.well-known/jwks.json`,
  });
  verifier.cacheJwks(Keys.parse(await bodyOf(ask('GET', '/_local/.well-known/jwks.json'))));
  return { ...(await verifier.verify(token)) };
}

const mint = async (body: unknown) => {
  const answer = await ask('POST', '/_local/token', {}, JSON.stringify(body));
  return z.object({ token: z.string() }).parse(JSON.parse(String(answer.body))).token;
};

test('makes tokens that hold, with the claims asked for', async () => {
  const claims = { sub: 'u', org_id: 'o', roles: ['A'], name: 'N', email: 'e', picture: 'p' };
  expect(await verified(await mint(claims))).toMatchObject(claims);
});

test('makes tokens that last as long as asked for', async () => {
  const { iat, exp } = await verified(await mint({ sub: 'u', expiresIn: 60 }));
  expect(Number(exp) - Number(iat)).toBe(60);
  await expect(verified(await mint({ sub: 'u', expiresIn: -60 }))).rejects.toThrow(/expired/);
});

test.each([
  ['no JSON', '{', /expected object/],
  ['nothing', '', /expected object/],
  ['an array', '[]', /expected object/],
  ['no subject', '{}', /sub/],
  ['an empty subject', '{"sub":""}', /sub/],
  ['an unknown claim', '{"sub":"u","orgId":"o"}', /orgId/],
  ['roles that are none', '{"sub":"u","roles":[1]}', /roles/],
  ['a time that is no number', '{"sub":"u","expiresIn":"1h"}', /expiresIn/],
])('a body of %s: 400, saying what is wrong', async (_, body, error) => {
  const answer = await ask('POST', '/_local/token', {}, body);
  expect(answer.status).toBe(400);
  expect(JSON.parse(String(answer.body))).toEqual({ error: expect.stringMatching(error) });
});

test('says of itself where its keys are', async () => {
  expect(await bodyOf(ask('GET', '/_local/.well-known/openid-configuration'))).toMatchObject({
    issuer: `${origin}/_local`,
    jwks_uri: `${origin}/_local/.well-known/jwks.json`,
  });
});

test('keeps its key in a file that nobody else may read', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-issuer-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'issuer.json');
  const first = await openIssuer(origin, file);
  const second = await openIssuer(origin, file);
  expect(second.jwks).toEqual(first.jwks);
  expect(first.jwks).not.toEqual(issuer.jwks);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test.each([
  ['another host, as after DNS rebinding', { host: 'evil.example:4000' }],
  ['a host that only begins like ours', { host: 'localhost.evil.example' }],
  ['a page of another origin', { origin: 'https://evil.example' }],
  ['a page without an origin', { origin: 'null' }],
  ['a page whose origin hides its host', { origin: 'http://evil.example@localhost' }],
  ['an extension', { origin: 'chrome-extension://localhost' }],
  ['a host with something around it', { host: 'evil.example@localhost' }],
  ['a host with a path', { host: 'localhost:4000/evil' }],
  ['a broken host', { host: ':::' }],
])('answers nothing to %s', async (_, headers) => {
  for (const route of ['POST /_local/token', 'GET /', 'GET /docs', 'GET /_local/.well-known/jwks.json']) {
    const [method = '', path = ''] = route.split(' ');
    const answer = await ask(method, path, headers, '{"sub":"u"}');
    expect([answer.status, String(answer.body)]).toEqual([403, expect.not.stringContaining('eyJ')]);
  }
});

test.each([
  ['the machine by number', { host: '127.0.0.1:4000' }],
  ['the machine by its IPv6 number', { host: '[::1]:4000' }],
  ['a page at another port of this machine', { origin: 'http://localhost:5173' }],
])('answers %s', async (_, headers) => {
  expect((await ask('POST', '/_local/token', headers, '{"sub":"u"}')).status).toBe(200);
});

test('lets pages of this machine read its answers, and no other', async () => {
  const here = 'http://localhost:5173';
  const preflight = await ask('OPTIONS', '/_local/token', { origin: here, 'access-control-request-method': 'POST' });
  expect(preflight).toMatchObject({
    status: 204,
    headers: { 'access-control-allow-origin': here, 'access-control-allow-headers': 'content-type', vary: 'origin' },
  });
  const elsewhere = await ask('OPTIONS', '/_local/token', { origin: 'https://evil.example' });
  expect(elsewhere.headers).not.toHaveProperty('access-control-allow-origin');
});

test('leaves everything else to the API', async () => {
  for (const route of ['GET /conversations', 'DELETE /', 'GET /_local', 'GET /docs/', 'OPTIONS /']) {
    const [method = '', path = ''] = route.split(' ');
    expect((await ask(method, path, { host: 'evil.example' })).body).toBe('"the API"');
  }
});

test('finds the routes of an API that it would hide', () => {
  const method = { resourceId: '', integration: { status: 200, headersOf: () => ({}) } };
  const routes = ownRoutes(addresses, issuer, { conversationId });
  const methods = [
    { ...method, httpMethod: 'GET', path: '/docs' },
    { ...method, httpMethod: 'OPTIONS', path: '/' },
  ];
  expect(hiddenBy(routes, methods)).toEqual(['GET /docs']);
});

test('escapes what stands in HTML', () => {
  expect(html`<p title="${'"&'}">${'<a>'}${html`<i>${"'"}</i>`}${[html`1`, html`2`]}</p>`.text).toBe(
    '<p title="&#34;&#38;">&#60;a&#62;<i>&#39;</i>12</p>',
  );
});

test('the start page shows fresh tokens, is kept by nobody, and holds no foreign HTML', async () => {
  const [first, second] = [await ask('GET', '/'), await ask('GET', '/')];
  const tokens = String(first.body).match(/eyJ[\w.-]+/g) ?? [];
  expect(new Set(tokens).size).toBeGreaterThanOrEqual(4);
  for (const token of new Set(tokens)) await verified(token);
  expect(String(first.body)).not.toContain('<b>');
  expect(first.headers).toMatchObject({ 'cache-control': 'no-store' });
  expect(first.headers['content-security-policy']).not.toBe(second.headers['content-security-policy']);
});

test.each([
  ['/docs', '/openapi.json', '/conversations'],
  ['/docs/v2', '/openapi/v2.json', '/api/v2/conversations'],
  ['/docs/v1', '/openapi/v1.json', '/api/v1/chat/messages'],
] as const)(
  'the reference at %s shows its own document, and loads nothing from elsewhere',
  async (page, document, path) => {
    const docs = await ask('GET', page);
    expect(docs.headers['content-security-policy']).toMatch(/^default-src 'self';/);
    expect(String(docs.body)).not.toMatch(/(src|href|url)="?(https?:)?\/\//);
    expect(String(docs.body)).toContain(`url: '${document}'`);
    const assets = [...String(docs.body).matchAll(/<(?:script|link)[^>]* (?:src|href)="(\/[^"]+)"/g)].map(
      ([, path]) => path,
    );
    expect(assets).toHaveLength(2);
    for (const path of assets) expect(await ask('GET', path ?? '')).toMatchObject({ status: 200 });
    expect(await bodyOf(ask('GET', document))).toMatchObject({
      openapi: '3.1.0',
      servers: [{ url: origin }],
      paths: { [path]: {} },
    });
  },
);

test('the page to try holds two people, and loads a script that is served', async () => {
  const page = await ask('GET', '/try');
  const policy = String(page.headers['content-security-policy']);
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain(`connect-src 'self' ${new URL(addresses.liveUrl).origin};`);
  const [, json = ''] = /<script type="application\/json" id="page">(.*?)<\/script>/s.exec(String(page.body)) ?? [];
  expect(JSON.parse(json)).toMatchObject({ liveUrl: addresses.liveUrl, conversationId, people: [{}, {}] });
  expect(json).not.toContain('<');

  const [, path = ''] = /<script src="([^"]+)"/.exec(String(page.body)) ?? [];
  const script = await ask('GET', path);
  expect(script).toMatchObject({ status: 200, headers: { 'content-type': 'text/javascript' } });
  expect(String(script.body)).toContain('sendMessage');
});

test('describes the live API where it stands', async () => {
  expect(await bodyOf(ask('GET', '/asyncapi.json'))).toMatchObject({
    asyncapi: '3.0.0',
    servers: { this: { host: new URL(origin).host, protocol: 'ws', pathname: '/live' } },
  });
});
