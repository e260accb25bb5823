import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { Problem } from './problem.ts';

/** What `cdk deploy` would deploy. */
export interface Assembly {
  /** The template of the stack, as JSON. */
  readonly template: string;
  /** The folder whose files an asset's object in S3 would hold, by the object's key. */
  readonly assets: ReadonlyMap<string, string>;
}

/** The origin that an assembly is synthesized for; it is played at any other too. */
export const builtFor = 'http://localhost:3000';

/**
 * Bundles the functions and synthesizes the stack, with the laptop's context, into the folder `outdir`, which is emptied
 * first. In a process of its own: synthesis blocks for seconds, and its memory is not needed once it is done.
 * @throws Problem with what the synthesis printed; the reason of `signal` once that is aborted
 */
export async function buildAssembly(outdir: string, signal?: AbortSignal): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  signal?.throwIfAborted();
  const script = fileURLToPath(new URL('./synth.ts', import.meta.url));
  const synth = spawn(process.execPath, [script, outdir, builtFor], { stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => synth.kill();
  signal?.addEventListener('abort', kill);
  const [[code], out, errors] = await Promise.all([once(synth, 'close'), text(synth.stdout), text(synth.stderr)]);
  signal?.removeEventListener('abort', kill);
  signal?.throwIfAborted();
  if (code !== 0) throw new Problem(`unable to synthesize the stack;\n${errors || out}`);
}

const AssetManifest = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/**
 * Reads the assembly in the folder `directory`, as if it had been synthesized for `origin`: its port may be unknown until
 * the server listens, and one assembly serves all clouds of a test run.
 */
export async function readAssembly(directory: string, origin: string): Promise<Assembly> {
  const template = await readFile(join(directory, 'Parley.template.json'), 'utf8');
  const manifest = AssetManifest.parse(JSON.parse(await readFile(join(directory, 'Parley.assets.json'), 'utf8')));
  const assets = Object.values(manifest.files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(({ objectKey }) => [objectKey, join(directory, source.path)] as const),
  );
  return { template: template.replaceAll(builtFor, origin), assets: new Map(assets) };
}
