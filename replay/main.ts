import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Problem } from '../local/problem.ts';
import { readLog } from './log.ts';
import { progressBar } from './progress.ts';
import { replay } from './replay.ts';
import { summary } from './summary.ts';

const usage = `Plays logs through a running Parley: people join, write, answer, read and leave.
Then reads everything back and compares: messages, participants, unread counts.

  npm run replay -- FILE… [--url URL] [--organization ID]

  FILE            a log: JSON lines {n, nick, text, replyTo?} or {n, nick, event}
  --url           where Parley answers; http://localhost:3000
  --organization  the organization of all who take part; a new one for each run
`;

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      url: { type: 'string', default: 'http://localhost:3000' },
      organization: { type: 'string', default: randomUUID() },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || positionals.length === 0) {
    process.stdout.write(usage);
    return values.help ? 0 : 1;
  }
  if (!URL.canParse(values.url)) throw new Problem(`unable to reach ${values.url}; it is no URL`);
  const logs = await Promise.all(positionals.map(readLog));
  const { url, organization } = values;
  const replayed = await replay(logs, { url, organization, progress: progressBar() });
  process.stdout.write(`\n${summary(replayed).join('\n')}\n`);
  return replayed.findings.length === 0 ? 0 : 1;
}

/** Whether `parseArgs` threw it. */
const isUsageError = (error: Error): boolean => 'code' in error && `${error.code}`.startsWith('ERR_PARSE_ARGS');

try {
  process.exitCode = await run();
} catch (error) {
  if (!(error instanceof Error && (error instanceof Problem || isUsageError(error)))) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
