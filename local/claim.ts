import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from './problem.ts';

/** A folder that one process has for itself. */
export interface Claim {
  release(): Promise<void>;
}

/**
 * Claims `directory`, made if it is missing, for this process: two engines over the same data would ruin it.
 * @throws Problem if another process has it
 */
export async function claimDirectory(directory: string): Promise<Claim> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'running');
  const holder = Number(await readFile(file, 'utf8').catch(() => ''));
  if (holder > 0 && isAlive(holder)) {
    throw new Problem(
      `unable to use ${directory}; the process ${holder} does. End it, or remove ${file} if that is no Parley`,
    );
  }
  await rm(file, { force: true });
  await writeFile(file, String(process.pid), { flag: 'wx' });
  return { release: () => rm(file, { force: true }) };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
