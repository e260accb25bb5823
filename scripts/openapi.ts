/** Writes the documents that derive from the contract to `docs/`, or with `--check` tells whether they are up to date. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { asyncApiDocument } from '../core/contract/asyncapi.ts';
import { openApiDocument } from '../core/contract/openapi.ts';
import type { Dialect } from '../core/contract/route.ts';
import { routes } from '../core/contract/routes.ts';
import { actions, events } from '../core/contract/socket.ts';

const folder = new URL('../docs/', import.meta.url);
const checkOnly = process.argv.includes('--check');

const dialects = [...new Set<Dialect>(routes.map(({ dialect }) => dialect))];
const documents: Record<string, unknown> = {
  ...Object.fromEntries(dialects.map((dialect) => [`openapi/${dialect}.json`, openApiDocument(dialect)])),
  'asyncapi.json': asyncApiDocument(),
};

await mkdir(new URL('openapi/', folder), { recursive: true });
for (const [name, document] of Object.entries(documents)) {
  const file = new URL(name, folder);
  const text = `${JSON.stringify(document, null, 2)}\n`;
  if (!checkOnly) await writeFile(file, text);
  else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    console.error(`docs/${name} is not what the contract says; run \`npm run openapi\``);
    process.exitCode = 1;
  }
}
const what = `${routes.length} routes, ${actions.length} actions, ${events.length} events`;
console.log(`documents: ${Object.keys(documents).length} of ${what}`);
