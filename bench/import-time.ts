import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { FunctionDefinition } from '../local/lambda/functions.ts';

const run = promisify(execFile);

const ROUNDS = 15;

/** Prints how many milliseconds an import took. JavaScript, so that Node need not strip types in the process it times. */
const probe = `
  const begin = performance.now();
  await import(process.argv[1]);
  process.stdout.write(String(performance.now() - begin));
`;

/**
 * How long Node takes to import each function's bundle: most of what our code adds to a cold start. Every sample is a
 * fresh process with the function's own environment and nothing else, on warm file caches. The functions take turns, so
 * that a slow moment of the machine meets all of them.
 * @returns for each function, in their order, its samples in milliseconds
 */
export async function importTimes(functions: readonly FunctionDefinition[]): Promise<number[][]> {
  const samples = functions.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, definition] of functions.entries()) samples[at]?.push(await importTime(definition));
  }
  return samples;
}

async function importTime({ file, environment }: FunctionDefinition): Promise<number> {
  const options = ['--input-type=module', '--eval', probe, pathToFileURL(file).href];
  const { stdout } = await run(process.execPath, options, { env: environment });
  return Number(stdout);
}
