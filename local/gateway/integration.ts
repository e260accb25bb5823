import type { Answer } from '../http.ts';
import { EventTooLarge, FunctionFailure } from '../lambda/failure.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { Problem } from '../problem.ts';
import { answerFrom } from './answer.ts';
import { Refusal } from './refusal.ts';

/** What is asked goes to a function, and its result is the answer. */
export interface FunctionIntegration {
  readonly functionArn: string;
  readonly timeoutMs: number;
}

/**
 * The function in an integration's or an authorizer's URI: `arn:aws:apigateway:…:lambda:path/…/functions/<arn>/invocations`.
 * @throws Problem if it names none
 */
export function functionOf(uri: string): string {
  const [, functionArn] = /\/functions\/([^/]+)\/invocations$/.exec(uri) ?? [];
  if (functionArn === undefined) throw new Problem(`unable to play ${uri}; the laptop invokes functions only`);
  return functionArn;
}

/**
 * The answer of an integration's function to an event.
 * @param mostMs waits no longer than this, and no longer than the integration says
 * @throws Refusal where the function fails, takes too long, or answers nothing that is an answer
 */
export async function invokeIntegration(
  lambda: Lambda,
  { functionArn, timeoutMs }: FunctionIntegration,
  event: unknown,
  mostMs: number,
): Promise<Answer> {
  try {
    const answer = answerFrom(await within(Math.min(timeoutMs, mostMs), lambda.invoke(functionArn, event)));
    if (answer !== undefined) return answer;
  } catch (error) {
    if (error instanceof EventTooLarge) throw new Refusal('REQUEST_TOO_LARGE');
    if (!(error instanceof FunctionFailure)) throw error;
  }
  throw new Refusal('DEFAULT_5XX');
}

/** The result of `work`, unless it takes longer than `ms`; it is not stopped then, but no longer waited for. */
async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Refusal('INTEGRATION_TIMEOUT')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
