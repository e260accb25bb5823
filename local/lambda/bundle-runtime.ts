import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('./runtime.ts', import.meta.url));

/**
 * Bundles the runtime into `outfile`. Each environment loads it anew, and stripping its types and finding its imports each
 * time would take twice as long as all the rest of an environment's start.
 * @returns the same path
 */
export async function bundleRuntime(outfile: string): Promise<string> {
  await build({ entryPoints: [source], outfile, bundle: true, format: 'esm', platform: 'node', target: 'node24' });
  return outfile;
}
