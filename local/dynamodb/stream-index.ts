import { DatabaseSync } from 'node:sqlite';

/** How long the engine may keep the file for itself. */
const BUSY_MS = 5_000;

/**
 * Lets the engine write to a table with a stream as fast after a million records as after the first. For each it looks for
 * the last one, among all that the stream ever held: at 20,000 records that takes three quarters of a write's time. An index
 * in its database, in the file `database`, has it find that at once. Without it nothing is wrong, so trouble is only told.
 */
export function indexStreams(database: string): void {
  try {
    const file = new DatabaseSync(database, { timeout: BUSY_MS });
    file.exec(
      'CREATE INDEX IF NOT EXISTS stream_position ON _stream_records (table_name, CAST(sequence_number AS INTEGER))',
    );
    file.close();
  } catch (error) {
    console.error('unable to index the stream, so writes will become slower;', error);
  }
}
