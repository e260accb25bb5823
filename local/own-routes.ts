import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as z from 'zod/mini';
import { asyncApiDocument } from '../core/contract/asyncapi.ts';
import { openApiDocument } from '../core/contract/openapi.ts';
import type { Handler } from './front.ts';
import { type Answer, type HttpRequest, headerOf, json } from './http.ts';
import { configurationPath, type Issuer, jwksPath, tokenPath } from './issuer.ts';
import { isFromLoopback } from './loopback.ts';
import { docsPage } from './pages/docs-page.ts';
import { pageScript } from './pages/page-script.ts';
import { references } from './pages/references.ts';
import { type Addresses, startPage } from './pages/start-page.ts';
import { tryPage } from './pages/try-page.ts';
import { inEnglish, parsedJson, problemsOf } from './reading.ts';
import type { Method } from './rest/api.ts';
import { people, platform, type World } from './world.ts';

/** What the laptop serves beside the API: by `METHOD /path`. */
export type OwnRoutes = ReadonlyMap<string, Handler>;

const tryScript = '/_local/try.js';
const swaggerUi = { script: '/_local/swagger-ui.js', style: '/_local/swagger-ui.css' };
const require = createRequire(import.meta.url);
const file = (name: string, type: string) => async (): Promise<Answer> => ({
  status: 200,
  headers: { 'content-type': type },
  body: await readFile(require.resolve(`swagger-ui-dist/${name}`)),
});

const script = (body: string): Answer => ({ status: 200, headers: { 'content-type': 'text/javascript' }, body });

/**
 * The pages of the laptop and its issuer.
 * @param world what the start page and the page to try show; without it there are none
 */
export function ownRoutes(addresses: Addresses, issuer: Issuer, world?: World): OwnRoutes {
  const { origin, liveUrl } = addresses;
  const routes: [string, Handler][] = [
    [`GET ${jwksPath}`, async () => json(200, issuer.jwks)],
    [`GET ${configurationPath}`, async () => json(200, issuer.configuration)],
    [`POST ${tokenPath}`, (request) => mintToken(issuer, request)],
    [`OPTIONS ${tokenPath}`, async () => preflight],
    ...references.flatMap(({ dialect, page, document }): [string, Handler][] => [
      [`GET ${document}`, async () => json(200, openApiDocument(dialect, { servers: [{ url: origin }] }))],
      [
        `GET ${page}`,
        async () =>
          docsPage(swaggerUi, document, { token: await issuer.token({ ...people.ada }), platform: platform.publicKey }),
      ],
    ]),
    ['GET /asyncapi.json', async () => json(200, asyncApiDocument({ url: liveUrl }))],
    [`GET ${swaggerUi.script}`, file('swagger-ui-bundle.js', 'text/javascript')],
    [`GET ${swaggerUi.style}`, file('swagger-ui.css', 'text/css')],
  ];
  if (world !== undefined) {
    const { ada, bea } = people;
    const names = Object.fromEntries(Object.values(people).map(({ sub, name }) => [sub, name]));
    const page = { liveUrl, tokenPath, conversationId: world.conversationId, people: [ada, bea], names };
    routes.push(
      ['GET /', () => startPage(addresses, issuer, world)],
      ['GET /try', async () => tryPage(page, tryScript)],
      [`GET ${tryScript}`, async () => script(await pageScript('try'))],
    );
  }
  return new Map(routes);
}

/** Those of `routes` that the API has too, and that would hide it. */
export const hiddenBy = (routes: OwnRoutes, methods: readonly Method[]): string[] =>
  methods.map(({ httpMethod, path }) => `${httpMethod} ${path}`).filter((route) => routes.has(route));

/** Serves `routes`, to this machine alone, and leaves all other requests to `api`. */
export const beside =
  (routes: OwnRoutes, api: Handler): Handler =>
  async (request) => {
    const route = routes.get(`${request.method} ${request.path}`);
    if (route === undefined) return api(request);
    if (!isFromLoopback(request)) return json(403, { error: 'only this machine may ask for this' });
    const answer = await route(request);
    return { ...answer, headers: { ...answer.headers, ...readableBy(headerOf(request, 'origin')) } };
  };

const preflight: Answer = {
  status: 204,
  headers: { 'access-control-allow-methods': 'POST', 'access-control-allow-headers': 'content-type' },
  body: '',
};

/** Lets a page that stands at another port of this machine read the answer. */
const readableBy = (origin: string | undefined): Record<string, string> =>
  origin === undefined ? {} : { 'access-control-allow-origin': origin, vary: 'origin' };

const TokenRequest = z.strictObject({
  sub: z.string().check(z.minLength(1)),
  org_id: z.optional(z.string()),
  roles: z.optional(z.union([z.string(), z.array(z.string())])),
  name: z.optional(z.string()),
  email: z.optional(z.string()),
  picture: z.optional(z.string()),
  /** Seconds; a negative one makes a token that has expired. */
  expiresIn: z.optional(z.int()),
});

async function mintToken(issuer: Issuer, { body }: HttpRequest): Promise<Answer> {
  const parsed = TokenRequest.safeParse(parsedJson(body.toString()), inEnglish);
  if (!parsed.success) return json(400, { error: `unable to make a token; ${problemsOf(parsed.error)}` });
  const { expiresIn, ...claims } = parsed.data;
  return json(200, { token: await issuer.token(claims, expiresIn) });
}
