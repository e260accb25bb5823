import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import type { FunctionDefinition } from '../local/lambda/functions.ts';
import { Call, type Order } from './call-protocol.ts';

const runner = fileURLToPath(new URL('./call-runner.ts', import.meta.url));

/**
 * Calls a function's handler, one call after the other, in a process that has the function's environment and nothing else.
 * @param endpoint where it finds DynamoDB
 * @returns what each call took, those to warm up left out
 * @throws Error when the handler throws or answers another status
 */
export async function callFunction(
  { file, handler, environment }: FunctionDefinition,
  endpoint: string,
  order: Omit<Order, 'file' | 'handler'>,
): Promise<Call[]> {
  const process = fork(runner, {
    env: { ...environment, AWS_ENDPOINT_URL_DYNAMODB: endpoint },
    execArgv: [],
    // The function's log lines are written, as they are in Lambda, but not kept.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const answered = once(process, 'message').then(([message]: unknown[]) => z.array(Call).parse(message));
  const failed = once(process, 'exit').then(([code]: unknown[]) => {
    throw new Error(`unable to measure ${file}; the process that calls it ended with ${code}`);
  });
  process.send({ ...order, file, handler } satisfies Order);
  try {
    return await Promise.race([answered, failed]);
  } finally {
    failed.catch(() => undefined);
    process.kill();
  }
}
