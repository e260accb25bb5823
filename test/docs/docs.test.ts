import { execFile, spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { errorStatus } from '../../core/contract/errors.ts';
import { contextKeys } from '../../infra/config.ts';
import { useCloud } from '../support/cloud.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** The first column of the tables in a document, where it is code. */
const rows = (file: string) => [...read(file).matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);

const { cloud } = useCloud();
const hasCurl = spawnSync('curl', ['--version']).status === 0;

test.skipIf(!hasCurl)('the README’s lines for curl work as they stand', async () => {
  const [, use = ''] = /\n## Use it\n(.*?)\n## /s.exec(read('README.md')) ?? [];
  const script = [...use.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block).join('\n');
  const here = script.replaceAll('localhost:3000', new URL(cloud().url).host);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', here]);
  expect(stdout).toMatch(/^\{"id":".*"text":"Hello, Bob".*\}\[\{"id":".*"text":"Hello, Bob".*\}\]$/);
});

test('the settings of a deployment and the codes of errors are documented, all of them', () => {
  expect(rows('docs/deploy.md').toSorted()).toEqual(contextKeys.toSorted());
  expect(rows('docs/api.md').toSorted()).toEqual(Object.keys(errorStatus).toSorted());
});

test('links between documents lead somewhere', () => {
  const broken = globSync(['*.md', 'docs/*.md', 'bench/*.md'], { cwd: root }).flatMap((file) =>
    [...read(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
      .map(([, target]) => join(dirname(file), target ?? ''))
      .filter((target) => !existsSync(join(root, target))),
  );
  expect(broken).toEqual([]);
});
