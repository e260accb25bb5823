// The laptop's cloud, by one command. PORT moves it; PARLEY_DATA=memory keeps nothing; DYNAMODB_ENDPOINT names a DynamoDB
// that runs already; PARLEY_LOG=stderr shows what the functions log.
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { startCloud } from './cloud.ts';
import { Problem } from './problem.ts';
import { inEnglish, problemsOf } from './reading.ts';

const Environment = z.object({
  PORT: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(65_535)), 3000),
  PARLEY_DATA: z.optional(z.literal('memory')),
  PARLEY_LOG: z.optional(z.literal('stderr')),
  DYNAMODB_ENDPOINT: z.optional(z.url({ protocol: /^http$/ })),
});

const dataDirectory = fileURLToPath(new URL('../.parley', import.meta.url));

const stop = new AbortController();
// Once: who asks again does not want to wait for an orderly end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const stopped = new Promise<undefined>((resolve) => {
  stop.signal.addEventListener('abort', () => resolve(undefined));
});

try {
  const environment = Environment.safeParse(process.env, inEnglish);
  if (!environment.success) throw new Problem(`unable to start; ${problemsOf(environment.error)}`);
  const { PORT, PARLEY_DATA, PARLEY_LOG, DYNAMODB_ENDPOINT } = environment.data;
  const cloud = await startCloud({
    port: PORT,
    directory: PARLEY_DATA === 'memory' ? undefined : dataDirectory,
    dynamodbEndpoint: DYNAMODB_ENDPOINT,
    world: true,
    log: PARLEY_LOG === 'stderr' ? ({ text }) => process.stderr.write(`${text}\n`) : undefined,
    signal: stop.signal,
  });
  console.log(`ready at ${cloud.url} (Ctrl-C ends it)`);
  const problem = await Promise.race([stopped, cloud.broken]);
  await cloud.close();
  if (problem !== undefined) throw problem;
} catch (error) {
  if (!stop.signal.aborted) {
    console.error(error instanceof Problem ? error.message : error);
    process.exitCode = 1;
  }
}
