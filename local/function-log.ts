import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { LogLine } from './lambda/environment.ts';

/** Where the functions' log lines go. */
export interface FunctionLog {
  write(line: LogLine): void;
  close(): Promise<void>;
}

/** Writes the functions' log lines to `file`, begun anew: JSON, one line each, as CloudWatch would have them. */
export function openFunctionLog(file: string): FunctionLog {
  const stream = createWriteStream(file);
  return {
    write: ({ text }) => {
      // A function that was ended may still have had something to say.
      if (!stream.writableEnded) stream.write(`${text}\n`);
    },
    close: () => finished(stream.end()),
  };
}
