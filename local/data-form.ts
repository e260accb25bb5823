import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from './problem.ts';

/** Rises when what is stored takes another form. Data on a laptop is not worth a migration. */
const FORM = '3';

/**
 * Makes sure that what `directory` keeps in the file `database` was written in the form of today, and notes the form of
 * what will be.
 * @throws Problem if it was not
 */
export async function requireForm(directory: string, database: string): Promise<void> {
  const file = join(directory, 'form');
  const form = await readFile(file, 'utf8').catch(() => undefined);
  if (existsSync(database) && form !== FORM) {
    throw new Problem(
      `unable to use the data in ${directory}; another version of Parley wrote it in another form.\n` +
        'Remove the folder, with all that it holds, and start again',
    );
  }
  await writeFile(file, FORM);
}
