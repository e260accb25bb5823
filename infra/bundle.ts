import { globSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { directBuiltins, standIns, versionOnly } from './lean-bundle.ts';

/** One function's code, ready to be uploaded. */
export interface Bundle {
  /** Where its source stands below `functions/`, without the ending: `http/send-message`. */
  readonly name: string;
  /** The folder that holds `index.mjs` and nothing else; absolute. */
  readonly directory: string;
  /** The bundle's own path; absolute. */
  readonly file: string;
  readonly bytes: number;
}

/** The folders below `functions/` in which each file is a Lambda; the others hold what they share. */
const entryFolders = ['http', 'socket', 'stream', 'schedule', 'authorizers'];

const functionsRoot = fileURLToPath(new URL('../functions', import.meta.url));

/**
 * Bundles every function below `root` into `<outdir>/<folder>/<name>/index.mjs`: in one run of esbuild, minified, each
 * file self-contained. The same sources give the same bytes. Answers the bundles in the order of their names; throws what
 * esbuild finds wrong, and where a bundle would import anything when it runs.
 */
export const bundleFunctions = async (outdir: string, root = functionsRoot): Promise<Bundle[]> => {
  const patterns = entryFolders.map((folder) => `${folder}/*.ts`);
  const names = globSync(patterns, { cwd: root }).map((source) => source.replace(/\.ts$/, '').split(sep).join('/'));
  const { metafile } = await build({
    entryPoints: names.map((name) => ({ in: join(root, `${name}.ts`), out: `${name}/index` })),
    outdir: resolve(outdir),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    alias: standIns,
    plugins: [directBuiltins, versionOnly],
    metafile: true,
    logLevel: 'silent',
  });
  return Object.entries(metafile.outputs)
    .map(([output, { bytes, imports }]): Bundle => {
      const file = resolve(output);
      const directory = dirname(file);
      const name = relative(outdir, directory).split(sep).join('/');
      if (imports.length > 0) throw new Error(`${name} imports ${imports.map(({ path }) => path).join(', ')}`);
      return { name, directory, file, bytes };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
};
