import { randomUUID } from 'node:crypto';
import type { Principal } from '../core/domain/principal.ts';
import type { FunctionDefinition } from '../local/lambda/functions.ts';
import { proxyEvent } from '../local/rest/event.ts';
import { createRouter } from '../local/rest/routing.ts';
import type { Scenario } from './scenarios.ts';
import type { Stack } from './stack.ts';

/** What serves a scenario, and what the gateway would send it. */
export interface Served {
  readonly fn: FunctionDefinition;
  /** The event of one more call, as JSON. */
  event(): string;
}

const HOUR_SECONDS = 60 * 60;

/**
 * Routes a scenario as the gateway does, for a caller whom the authorizer let through.
 * @throws Error where no function serves it
 */
export function serveScenario({ api, functions }: Stack, scenario: Scenario, caller: Principal): Served {
  const { pathname, search } = new URL(scenario.url, 'http://localhost');
  const match = createRouter(api.methods)(scenario.method, pathname);
  const integration = match?.method.integration;
  const arn = integration && 'functionArn' in integration ? integration.functionArn : undefined;
  const fn = functions.find((one) => one.arn === arn);
  if (match === undefined || fn === undefined) throw new Error(`unable to measure ${scenario.url}; nothing serves it`);

  const event = (): string => {
    const body = Buffer.from(scenario.body ? JSON.stringify(scenario.body()) : '');
    const { method } = scenario;
    const request = { method, path: pathname, query: search.slice(1), headers, body, tooLarge: false, sourceIp };
    const event = proxyEvent(api, request, match, randomUUID());
    event.requestContext.authorizer = authorizerContext(caller);
    return JSON.stringify(event);
  };
  return { fn, event };
}

const sourceIp = '203.0.113.7';

/** What a browser sends, the token as long as tokens are. */
const headers = [
  ['Host', 'api.example.com'],
  ['Authorization', `Bearer ${'x'.repeat(900)}`],
  ['Content-Type', 'application/json'],
  ['Accept', '*/*'],
  ['Accept-Encoding', 'gzip, deflate, br'],
  ['Origin', 'https://app.example.com'],
  [
    'User-Agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
  ],
] as const;

/** What the authorizer tells of the caller, by way of the gateway: text throughout. */
const authorizerContext = ({ organization, subject, isService, isSuperAdmin }: Principal) => ({
  principalId: subject,
  sub: subject,
  organization,
  service: String(isService),
  superAdmin: String(isSuperAdmin),
  exp: String(Math.floor(Date.now() / 1_000) + HOUR_SECONDS),
});
