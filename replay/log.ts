import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as z from 'zod/mini';
import { limits } from '../core/contract/limits.ts';
import { writtenText } from '../core/contract/values.ts';
import { parseValue } from '../core/dialects/codec.ts';
import { words } from '../core/dialects/native/words.ts';
import { Problem } from '../local/problem.ts';

/** A message of a log. */
export interface LogMessage {
  /** Its number in the log, by which others answer it. */
  readonly n: number;
  readonly nick: string;
  readonly text: string;
  /** The number of the message that it answers. */
  readonly replyTo: number | undefined;
}

/** That somebody came to the channel, or went. */
export interface LogEvent {
  readonly nick: string;
  readonly event: 'join' | 'leave';
}

export type LogLine = LogMessage | LogEvent;

/** What people said in a channel, and how they came and went. */
export interface Log {
  readonly name: string;
  /** Everybody in it, whether they wrote or only came and went; in the order in which they appear. */
  readonly nicks: readonly [first: string, ...others: string[]];
  readonly lines: readonly LogLine[];
}

const lineNumber = () => z.int('must be a whole number');

const Entry = z
  .object({
    n: lineNumber(),
    nick: z.string('must be a string').check(z.minLength(1, 'must not be empty')),
    text: z.optional(writtenText(limits.text)),
    replyTo: z.optional(lineNumber()),
    event: z.optional(z.enum(['join', 'leave'], 'must be "join" or "leave"')),
  })
  .check(
    z.refine(
      ({ text, event }) => (text === undefined) !== (event === undefined),
      'must have either a text or an event',
    ),
  );
type Entry = z.output<typeof Entry>;

/**
 * Reads a log from a file.
 * @throws Problem naming the file, and the line where one is to blame
 */
export async function readLog(file: string): Promise<Log> {
  const content = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Problem(`unable to read ${file}; ${error instanceof Error ? error.message : error}`);
  });
  return parseLog(content, file);
}

/**
 * Parses a log: JSON objects, one a line. Empty lines are passed over.
 * @param file what the log is called where something is wrong with it; its last part becomes the log's name
 * @throws Problem naming the file, and the line where one is to blame
 */
export function parseLog(content: string, file: string): Log {
  const nicks = new Set<string>();
  const numbers = new Set<number>();
  const lines: LogLine[] = [];

  for (const [at, line] of content.split('\n').entries()) {
    if (line.trim() === '') continue;
    const bad = (why: string) => new Problem(`unable to read ${file}:${at + 1}; ${why}`);
    const { n, nick, text, replyTo, event } = parseEntry(line, bad);
    nicks.add(nick);
    if (numbers.has(n)) throw bad(`n: ${n} was there before`);
    numbers.add(n);
    if (text !== undefined) lines.push({ n, nick, text, replyTo });
    else if (event !== undefined) lines.push({ nick, event });
  }

  const [first, ...others] = nicks;
  if (first === undefined) throw new Problem(`unable to play ${file}; nobody is in it`);
  return { name: basename(file), nicks: [first, ...others], lines };
}

function parseEntry(line: string, bad: (why: string) => Problem): Entry {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw bad('it is not JSON');
  }
  const { data, faults } = parseValue(Entry, value, words);
  if (data) return data;
  throw bad(faults.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '));
}
