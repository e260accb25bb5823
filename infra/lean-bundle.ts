import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const standIn = (file: string): string => fileURLToPath(new URL(`./stand-ins/${file}`, import.meta.url));

/** What the SDK brings along and a Lambda never reaches, by import path: esbuild's `alias`. */
export const standIns: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-node': standIn('environment-credentials.ts'),
  '@aws-sdk/endpoint-cache': standIn('no-endpoint-cache.ts'),
  '@smithy/core/event-streams': standIn('no-event-streams.ts'),
};

/**
 * Fetches Node's own modules through `process.getBuiltinModule()`. An ESM import reads every export to learn its value,
 * and reading `node:http`'s loads undici: 25 to 40 ms of a cold start for nothing. It also leaves a bundle without imports.
 */
export const directBuiltins: Plugin = {
  name: 'direct-builtins',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path }) =>
      isBuiltin(path) ? { path: path.replace(/^node:/, ''), namespace: 'builtin' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}')`,
    }));
  },
};

/** Leaves only the version of the SDK's package.json files, which its clients import whole to name it. */
export const versionOnly: Plugin = {
  name: 'version-only',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk[/\\][^/\\]+[/\\]package\.json$/ }, async ({ path }) => {
      const version = /"version":\s*"[^"]*"/.exec(await readFile(path, 'utf8'));
      return { contents: `{${version ?? ''}}`, loader: 'json' };
    });
  },
};
