/** Tells whether every import follows the arrows between the parts of the project, and fails if one does not. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a part may import: other parts, and packages (by prefix). */
interface Part {
  readonly parts: readonly string[];
  readonly packages: readonly string[];
}

/** From the bottom up. A part that is not named here, such as the tests, may import everything. */
const parts: Readonly<Record<string, Part>> = {
  'core/contract': { parts: [], packages: ['zod'] },
  'core/domain': { parts: ['core/contract'], packages: ['uuid'] },
  'core/store': {
    parts: ['core/contract', 'core/domain'],
    packages: ['@aws-sdk/', '@smithy/', 'node:', 'uuid', 'zod'],
  },
  'core/operations': { parts: ['core/contract', 'core/domain', 'core/store'], packages: ['node:', 'zod'] },
  'core/dialects': { parts: ['core/contract', 'core/domain', 'core/operations'], packages: ['zod'] },
  'core/realtime': {
    parts: ['core/contract', 'core/domain', 'core/store', 'core/operations', 'core/dialects'],
    packages: ['@aws-sdk/client-apigatewaymanagementapi', 'zod'],
  },
  functions: {
    parts: ['core/contract', 'core/domain', 'core/operations', 'core/dialects', 'core/realtime'],
    packages: ['@middy/', 'aws-jwt-verify', 'aws-lambda', 'node:', 'zod'],
  },
  client: { parts: ['core/contract'], packages: ['zod'] },
  infra: { parts: ['core/contract'], packages: ['aws-cdk-lib', 'cdk-nag', 'constructs', 'esbuild', 'node:', 'zod'] },
  local: {
    parts: ['core/contract', 'client', 'infra'],
    packages: ['@aws-sdk/client-dynamodb', 'aws-lambda', 'esbuild', 'node:', 'oauth2-mock-server', 'ws', 'zod'],
  },
  replay: { parts: ['core/contract', 'core/dialects', 'local'], packages: ['cli-progress', 'node:', 'uuid', 'zod'] },
  soak: { parts: ['core/contract', 'client', 'local'], packages: ['@aws-sdk/lib-dynamodb', 'node:', 'zod'] },
  redrive: { parts: [], packages: ['@aws-sdk/client-lambda', '@aws-sdk/client-s3', 'node:', 'zod'] },
  scripts: { parts: ['core/contract'], packages: ['node:'] },
};

const importSpecifier = /^(?:import|export)\b[^'"`;]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm;

/** Every import below `root` that goes against the arrows, and how many imports were read in how many files. */
export function againstTheArrows(root: string): { violations: string[]; files: number; imports: number } {
  const files = Object.keys(parts).flatMap((part) => globSync(`${part}/**/*.ts`, { cwd: root }));
  const violations: string[] = [];
  let imports = 0;
  for (const file of files) {
    const part = partOf(file);
    const allowed = parts[part];
    const source = readFileSync(join(root, file), 'utf8');
    for (const [, from, bare, dynamic] of source.matchAll(importSpecifier)) {
      const specifier = from ?? bare ?? dynamic ?? '';
      imports += 1;
      if (allowed && !follows(allowed, part, file, specifier)) violations.push(`${file} imports ${specifier}`);
    }
  }
  return { violations, files: files.length, imports };
}

const partOf = (file: string): string =>
  Object.keys(parts).find((part) => file.startsWith(`${part}/`)) ?? file.split('/')[0] ?? '';

function follows(allowed: Part, part: string, file: string, specifier: string): boolean {
  if (!specifier.startsWith('.')) return allowed.packages.some((name) => specifier.startsWith(name));
  const target = partOf(relative('.', resolve(dirname(file), specifier)));
  return target === part || allowed.parts.includes(target);
}

if (import.meta.main) {
  const { violations, files, imports } = againstTheArrows(fileURLToPath(new URL('..', import.meta.url)));
  for (const violation of violations) console.error(`arrows: ${violation}`);
  // A checker that reads nothing finds nothing.
  if (violations.length > 0 || files < 40 || imports < 100) process.exitCode = 1;
  console.log(`arrows: ${imports} imports in ${files} files, ${violations.length} against the arrows`);
}
