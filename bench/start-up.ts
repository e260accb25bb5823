import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '../local/listening.ts';

const main = fileURLToPath(new URL('../local/main.ts', import.meta.url));

/**
 * How long the laptop's cloud takes from its command to its `ready` line, in milliseconds: bundling, synthesis, engine,
 * table and the little world, all made anew and kept in memory.
 * @throws Error when it ends before that
 */
export async function startUpTime(): Promise<number> {
  const env = { ...process.env, PORT: String(await freePort()), PARLEY_DATA: 'memory' };
  const begin = performance.now();
  const cloud = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(cloud, 'exit');
  try {
    for await (const line of createInterface({ input: cloud.stdout })) {
      if (line.startsWith('ready')) return performance.now() - begin;
    }
    throw new Error('unable to time the start; it ended before it was ready');
  } finally {
    cloud.kill();
    await ended;
  }
}
