/** Writes the OpenAPI documents to `docs/openapi/`, or with `--check` tells whether they are up to date. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { openApiDocument } from '../core/contract/openapi.ts';
import type { Dialect } from '../core/contract/route.ts';
import { routes } from '../core/contract/routes.ts';

const folder = new URL('../docs/openapi/', import.meta.url);
const checkOnly = process.argv.includes('--check');

const dialects = new Set<Dialect>(routes.map(({ dialect }) => dialect));
await mkdir(folder, { recursive: true });
for (const dialect of dialects) {
  const file = new URL(`${dialect}.json`, folder);
  const document = `${JSON.stringify(openApiDocument(dialect), null, 2)}\n`;
  if (!checkOnly) await writeFile(file, document);
  else if ((await readFile(file, 'utf8').catch(() => '')) !== document) {
    console.error(`docs/openapi/${dialect}.json is not what the manifest says; run \`npm run openapi\``);
    process.exitCode = 1;
  }
}
console.log(`openapi: ${dialects.size} document(s), ${routes.length} routes`);
