import * as z from 'zod/mini';
import { FunctionFailure } from '../lambda/failure.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { decide, PolicyDocument } from '../policy.ts';
import { Refusal } from './refusal.ts';

/** What a function learns from the authorizer before it: `principalId` and the authorizer's context, all text. */
export type Authorization = Readonly<Record<string, string>>;

/** What an authorizer must return. */
const Decision = z.object({
  principalId: z.string(),
  policyDocument: PolicyDocument,
  context: z._default(
    z.record(z.string(), z.pipe(z.union([z.string(), z.number(), z.boolean()]), z.transform(String))),
    {},
  ),
});
export type Decision = z.output<typeof Decision>;

/**
 * Asks an authorizer's function about a request.
 * @throws Refusal where it says that nobody may pass, or cannot tell
 */
export async function askAuthorizer(lambda: Lambda, functionArn: string, event: unknown): Promise<Decision> {
  const result = await lambda.invoke(functionArn, event).catch((error: unknown) => {
    if (!(error instanceof FunctionFailure)) throw error;
    // By this message, and no other, an authorizer says that it is the caller who is to blame.
    throw new Refusal(error.message === 'Unauthorized' ? 'UNAUTHORIZED' : 'AUTHORIZER_FAILURE');
  });
  const decision = Decision.safeParse(result);
  if (!decision.success) throw new Refusal('AUTHORIZER_CONFIGURATION_ERROR');
  return decision.data;
}

/**
 * What follows from an authorizer's decision for one request.
 * @param methodArn what the request would invoke
 * @throws Refusal where the policy does not allow it
 */
export function authorizationBy({ policyDocument, context, principalId }: Decision, methodArn: string): Authorization {
  if (decide(policyDocument, 'execute-api:Invoke', methodArn) !== 'allowed') throw new Refusal('ACCESS_DENIED');
  return { ...context, principalId };
}
