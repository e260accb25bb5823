import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildAssembly } from '../../local/assembly.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the synthesized stack, which all tests share. */
    assembly: string;
  }
}

/** Bundles and synthesizes once for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const assembly = await mkdtemp(join(tmpdir(), 'parley-assembly-'));
  await buildAssembly(assembly);
  project.provide('assembly', assembly);
  return () => rm(assembly, { recursive: true, force: true });
}
