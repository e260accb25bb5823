import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { FunctionFailure } from '../lambda/failure.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { decide, PolicyDocument } from '../policy.ts';
import type { Authorizer } from './api.ts';
import { Refusal } from './gateway-response.ts';

/** What a function learns from the authorizer before it: `principalId` and the authorizer's context, all text. */
export type Authorization = Readonly<Record<string, string>>;

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

/** What an authorizer must return. */
const Decision = z.object({
  principalId: z.string(),
  policyDocument: PolicyDocument,
  context: z._default(
    z.record(z.string(), z.pipe(z.union([z.string(), z.number(), z.boolean()]), z.transform(String))),
    {},
  ),
});
type Decision = z.output<typeof Decision>;

/**
 * Authorization by the authorizers' functions, each decision kept for its authorizer's time to live.
 * @param now the clock, in Unix milliseconds
 */
export function createAuthorization(lambda: Lambda, now: () => number = Date.now): Authorize {
  const cache = new Map<string, { decision: Decision; expires: number }>();

  const ask = async (authorizer: Authorizer, event: unknown): Promise<Decision> => {
    const result = await lambda.invoke(authorizer.functionArn, event).catch((error: unknown) => {
      if (!(error instanceof FunctionFailure)) throw error;
      // By this message, and no other, an authorizer says that it is the caller who is to blame.
      throw new Refusal(error.message === 'Unauthorized' ? 'UNAUTHORIZED' : 'AUTHORIZER_FAILURE');
    });
    const decision = Decision.safeParse(result);
    if (!decision.success) throw new Refusal('AUTHORIZER_CONFIGURATION_ERROR');
    return decision.data;
  };

  return async (authorizer, event, methodArn) => {
    const identity = authorizer.identityHeaders.map((name) => headerOf(event, name));
    if (!identity.every((value) => value)) throw new Refusal('UNAUTHORIZED');

    const key = JSON.stringify([authorizer.functionArn, ...identity]);
    const cached = cache.get(key);
    const isFresh = cached !== undefined && now() < cached.expires;
    const decision = isFresh ? cached.decision : await ask(authorizer, authorizerEvent(authorizer, event, methodArn));
    if (!isFresh && authorizer.ttlMs > 0 && identity.length > 0) {
      cache.set(key, { decision, expires: now() + authorizer.ttlMs });
    }

    if (decide(decision.policyDocument, 'execute-api:Invoke', methodArn) !== 'allowed')
      throw new Refusal('ACCESS_DENIED');
    return { ...decision.context, principalId: decision.principalId };
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
