import { stat, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { importTimes } from './import-time.ts';
import { measureLive } from './live.ts';
import { measureOwnCode } from './own-code.ts';
import { type Figures, report } from './report.ts';
import { buildStack, shortName } from './stack.ts';
import { startUpTime } from './start-up.ts';

// What the functions weigh and take: `npm run bench -- [--json FILE]`.
const { values } = parseArgs({ options: { json: { type: 'string' } } });

async function measure(): Promise<Figures> {
  const stack = await buildStack();
  try {
    const imports = await importTimes(stack.functions);
    const sizes = await Promise.all(stack.functions.map(({ file }) => stat(file)));
    return {
      machine: `Node ${process.version} on ${cpus().length} × ${cpus()[0]?.model ?? process.arch}`,
      bundles: stack.functions.map((definition, at) => ({
        name: shortName(definition),
        bytes: sizes[at]?.size ?? 0,
        importMs: imports[at] ?? [],
      })),
      ownCode: await measureOwnCode(stack),
      buildMs: stack.buildMs,
      startUpMs: await startUpTime(),
      live: await measureLive(),
    };
  } finally {
    await stack.remove();
  }
}

const figures = await measure();
console.log(report(figures));
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
