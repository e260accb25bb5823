import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type Authorization, askAuthorizer, authorizationBy, type Decision } from '../gateway/authorizer.ts';
import { ExpiringMap } from '../gateway/expiring-map.ts';
import { Refusal } from '../gateway/refusal.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { Authorizer } from './api.ts';

/**
 * Asks an authorizer whether a request may pass, or remembers what it said.
 * @param event the request, without authorization
 * @param methodArn what the request would invoke
 * @throws Refusal where it may not, or where the authorizer cannot tell
 */
export type Authorize = (
  authorizer: Authorizer,
  event: APIGatewayProxyEvent,
  methodArn: string,
) => Promise<Authorization>;

/**
 * Authorization by the authorizers' functions, each decision kept for its authorizer's time to live.
 * @param now the clock, in Unix milliseconds
 */
export function createAuthorization(lambda: Lambda, now: () => number = Date.now): Authorize {
  const cache = new ExpiringMap<Decision>(now);

  return async (authorizer, event, methodArn) => {
    const identity = authorizer.identityHeaders.map((name) => headerOf(event, name));
    if (!identity.every((value) => value)) throw new Refusal('UNAUTHORIZED');

    const key = JSON.stringify([authorizer.functionArn, ...identity]);
    const cached = cache.get(key);
    const decision =
      cached ?? (await askAuthorizer(lambda, authorizer.functionArn, authorizerEvent(authorizer, event, methodArn)));
    if (cached === undefined && authorizer.ttlMs > 0 && identity.length > 0) {
      cache.set(key, decision, authorizer.ttlMs);
    }
    return authorizationBy(decision, methodArn);
  };
}

function authorizerEvent(
  { type, identityHeaders }: Authorizer,
  event: APIGatewayProxyEvent,
  methodArn: string,
): unknown {
  if (type === 'TOKEN') return { type, methodArn, authorizationToken: headerOf(event, identityHeaders[0] ?? '') };
  const { body: _, isBase64Encoded: __, ...request } = event;
  return { type, methodArn, ...request };
}

const headerOf = ({ headers }: APIGatewayProxyEvent, name: string): string | undefined =>
  Object.entries(headers).findLast(([given]) => given.toLowerCase() === name)?.[1];
