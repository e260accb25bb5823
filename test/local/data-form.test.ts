import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { requireForm } from '../../local/data-form.ts';

test('data of another form is refused, with what to do', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-form-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const database = join(directory, 'data.sqlite');
  // Nothing is there yet; then data of ours; then some of before there were forms; then of another one.
  await requireForm(directory, database);
  await writeFile(database, '');
  await requireForm(directory, database);
  await rm(join(directory, 'form'));
  await expect(requireForm(directory, database)).rejects.toThrow('Remove the folder');
  await writeFile(join(directory, 'form'), 'another');
  await expect(requireForm(directory, database)).rejects.toThrow(directory);
});
