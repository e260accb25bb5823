import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const entry = (name: string): string => fileURLToPath(new URL(`../browser/${name}.ts`, import.meta.url));

/** The script of a page, from `local/browser/`, as a browser takes it. */
export async function pageScript(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry(name)],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    logLevel: 'silent',
  });
  return outputFiles.map(({ text }) => text).join('');
}
