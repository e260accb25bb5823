import { readFile, rename, writeFile } from 'node:fs/promises';
import * as z from 'zod/mini';
import type { Position } from './reader.ts';

const Kept = z.record(z.string(), z.object({ stream: z.string(), shardId: z.string(), sequenceNumber: z.string() }));

/** How far each mapping has consumed which stream, across restarts. */
export interface Checkpoints {
  /** Undefined where it has consumed nothing of that stream. */
  of(mapping: string, stream: string): Position | undefined;
  keep(mapping: string, stream: string, position: Position): Promise<void>;
}

/** Opens the checkpoints in `file`; without a file they last as long as the laptop runs. */
export async function openCheckpoints(file: string | undefined): Promise<Checkpoints> {
  const kept = file === undefined ? {} : await readKept(file);
  let written = Promise.resolve();
  const write = async () => {
    if (file === undefined) return;
    await writeFile(`${file}.new`, JSON.stringify(kept));
    await rename(`${file}.new`, file);
  };
  return {
    of: (mapping, stream) => (kept[mapping]?.stream === stream ? kept[mapping] : undefined),
    keep: (mapping, stream, position) => {
      kept[mapping] = { stream, ...position };
      // One after the other: mappings share the file.
      written = written.then(write);
      return written;
    },
  };
}

async function readKept(file: string): Promise<z.output<typeof Kept>> {
  try {
    return Kept.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}
