import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimDirectory } from '../../local/claim.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-claim-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('a folder is claimed by one process at a time', async () => {
  const claim = await claimDirectory(directory);
  await expect(claimDirectory(directory)).rejects.toThrow(`the process ${process.pid} does`);
  await claim.release();
  await (await claimDirectory(directory)).release();
});

test('the claim of a process that is gone holds nobody up', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  await writeFile(join(directory, 'running'), String(pid));
  await (await claimDirectory(directory)).release();
});

test('a file that names no process holds nobody up', async () => {
  await writeFile(join(directory, 'running'), '?');
  await (await claimDirectory(directory)).release();
});

test('makes the folder where there is none', async () => {
  await (await claimDirectory(join(directory, 'a', 'b'))).release();
});
