import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { routes } from '../../core/contract/routes.ts';
import { actions } from '../../core/contract/socket.ts';
import { type Bundle, bundleFunctions } from '../../infra/bundle.ts';
import { defaultProvider } from '../../infra/stand-ins/environment-credentials.ts';
import { inScratch } from './scratch.ts';

const run = promisify(execFile);

/** Imports a bundle in a Node of its own, and tells what that asked for besides. */
const probe = `
  import { registerHooks } from 'node:module';
  const imported = [];
  registerHooks({
    resolve(specifier, context, next) {
      if (context.parentURL?.endsWith('/index.mjs')) imported.push(specifier);
      return next(specifier, context);
    },
  });
  const { handler } = await import(process.argv[1]);
  const undici = process.moduleLoadList.some((name) => name.includes('undici'));
  process.stdout.write(JSON.stringify({ handler: typeof handler, imported, undici }));
`;

const load = async ({ file }: Bundle): Promise<unknown> => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', probe, pathToFileURL(file).href], {
    env: {
      AWS_REGION: 'eu-west-1',
      TABLE_NAME: 'table',
      TOKEN_ISSUER: 'https://id.example.com',
      TOKEN_AUDIENCE: 'web',
      TOKEN_JWKS_URI: 'https://id.example.com/jwks',
      CONNECTIONS_URL: 'https://api.example.com/live',
    },
  });
  return JSON.parse(stdout);
};

describe('the bundles', () => {
  it('are one for each route, action and authorizer, and what the stream and the clock set going; at most 300 KB each', () =>
    inScratch(async (outdir) => {
      const bundles = await bundleFunctions(outdir);
      const operations = [...new Set(routes.map(({ operation }) => `http/${operation}`))];
      const ofConnections = ['connect', 'disconnect', 'default'];
      expect(bundles.map(({ name }) => name)).toEqual(
        [
          ...operations,
          ...[...ofConnections, ...actions.map(({ operation }) => operation)].map((name) => `socket/${name}`),
          'authorizers/rest',
          'authorizers/socket',
          'stream/conversation-changes',
          'stream/presence',
          'schedule/sweep-sockets',
        ].toSorted(),
      );
      for (const { name, bytes } of bundles) expect([name, bytes < 300_000]).toEqual([name, true]);
      for (const { directory } of bundles) expect(readdirSync(directory)).toEqual(['index.mjs']);
      // They stand alone: outside the project, so that nothing is found in node_modules.
      for (const loaded of await Promise.all(bundles.map(load))) {
        expect(loaded).toEqual({ handler: 'function', imported: [], undici: false });
      }
    }));

  it('are the same bytes each time, wherever they are written', () =>
    inScratch(async (folder) => {
      const [first, second] = [await bundleFunctions(join(folder, 'a')), await bundleFunctions(join(folder, 'b/c'))];
      const contents = (bundles: Bundle[]) => Promise.all(bundles.map(({ file }) => readFile(file, 'utf8')));
      expect(await contents(second)).toEqual(await contents(first));
    }));
});

describe('bundling', () => {
  /** Bundles a project of which `http/odd.ts` is the only function, beside what functions share. */
  const bundleOdd = (source: string): Promise<Bundle[]> =>
    inScratch(async (folder) => {
      await mkdir(join(folder, 'functions/http'), { recursive: true });
      await mkdir(join(folder, 'functions/edge'));
      await writeFile(join(folder, 'functions/http/odd.ts'), source);
      await writeFile(join(folder, 'functions/edge/shared.ts'), 'export const shared = 1;');
      return bundleFunctions(join(folder, 'out'), join(folder, 'functions'));
    });

  it('takes only what the folders of functions hold', async () => {
    expect(await bundleOdd('export const handler = () => 1;')).toMatchObject([{ name: 'http/odd' }]);
  });

  it.each([
    ['an import that only the network could answer', "import 'https://example.com/a.js';", 'http/odd imports https:'],
    ['a package that is not there', "import 'no-such-package';", 'Could not resolve'],
  ])('refuses %s', async (_, source, message) => {
    await expect(bundleOdd(source)).rejects.toThrow(message);
  });
});

describe('the credentials of a function', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('are those of its environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session');
    expect(await defaultProvider()()).toEqual({
      accessKeyId: 'id',
      secretAccessKey: 'secret',
      sessionToken: 'session',
    });
  });

  it('are not sought elsewhere', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', '');
    await expect(defaultProvider()()).rejects.toThrow('no AWS credentials in the environment');
  });
});
