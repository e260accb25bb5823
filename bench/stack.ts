import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAssembly, builtFor, readAssembly } from '../local/assembly.ts';
import { readTable, type TableDefinition } from '../local/dynamodb/table.ts';
import { type FunctionDefinition, readFunctions } from '../local/lambda/functions.ts';
import { type RestApi, readRestApi } from '../local/rest/api.ts';
import { readTemplate } from '../local/template.ts';

/** The stack as it would deploy. */
export interface Stack {
  readonly functions: readonly FunctionDefinition[];
  readonly table: TableDefinition;
  readonly api: RestApi;
  /** How long bundling and synthesis took, in milliseconds. */
  readonly buildMs: number;
  /** Removes the bundles. */
  remove(): Promise<void>;
}

/** Bundles and synthesizes the stack, and reads what came of it. */
export async function buildStack(): Promise<Stack> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  const begin = performance.now();
  await buildAssembly(directory);
  const buildMs = performance.now() - begin;

  const assembly = await readAssembly(directory, builtFor);
  // An engine that runs already may know the stack's table.
  const template = readTemplate(assembly.template, { tableSuffix: `-${randomUUID()}` });
  return {
    functions: readFunctions(template, assembly),
    table: readTable(template),
    api: readRestApi(template),
    buildMs,
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** A function's name without what CDK adds to it: `SendMessage`. */
export const shortName = ({ name }: FunctionDefinition): string => name.replace(/Function[0-9A-F]{8}$/, '');
