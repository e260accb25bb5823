import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../listening.ts';
import { Problem } from '../problem.ts';

/** A DynamoDB that answers at `endpoint`. */
export interface Engine {
  readonly endpoint: string;
  /** Settles with the reason when the engine ends without having been closed. */
  readonly broken: Promise<Problem>;
  close(): Promise<void>;
}

const ANSWERS_WITHIN_MS = 10_000;
const MOST_ATTEMPTS = 3;

/** The engine's binary for this platform, or null where none is installed. */
export function installedEngine(): string | null {
  try {
    return createRequire(import.meta.url).resolve(`@dynoxide/${process.platform}-${process.arch}/dynoxide`);
  } catch {
    return null;
  }
}

/**
 * Opens the engine: the one that already answers at `endpoint`, or else the installed binary with its data in the file
 * `database` (without it, in memory).
 * @throws Problem saying what to do where there is neither, or it does not answer
 */
export async function openEngine({
  endpoint,
  database,
  binary = installedEngine(),
}: {
  endpoint?: string | undefined;
  database?: string | undefined;
  binary?: string | null;
}): Promise<Engine> {
  if (endpoint !== undefined) {
    if (!(await answers(endpoint))) {
      throw new Problem(`unable to reach DynamoDB at ${endpoint}; start it, or unset DYNAMODB_ENDPOINT`);
    }
    return { endpoint, broken: new Promise(() => {}), close: async () => {} };
  }
  if (binary === null) throw new Problem(howToGetAnEngine);
  return start(binary, database);
}

const howToGetAnEngine = `unable to start DynamoDB; no engine is installed for ${process.platform}-${process.arch}.
Run DynamoDB Local with Docker:
  docker run --rm -p 8000:8000 amazon/dynamodb-local -jar DynamoDBLocal.jar -sharedDb -inMemory
and start Parley with it:
  DYNAMODB_ENDPOINT=http://localhost:8000 npm start`;

// The engine ends when our end of its input closes, so that it does not outlive us even when we are killed. It stands in
// a process group of its own: a Ctrl-C reaches us alone, and the requests under way may finish.
const tiedToInput = 'exec 3<&0; (cat <&3 >/dev/null; kill $$) & exec "$@" 3<&-';

async function start(binary: string, database: string | undefined, attempt = 1): Promise<Engine> {
  const port = await freePort();
  const options = ['--port', String(port), ...(database === undefined ? [] : ['--db-path', database])];
  const engine = spawn('sh', ['-c', tiedToInput, 'sh', binary, ...options], { detached: true });
  const ended = once(engine, 'exit');
  let said = '';
  // What it says tells that it listens itself; an answer at the port might come from somebody else.
  const begun = new Promise<void>((resolve) => {
    engine.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk).slice(-2_000);
      if (said.includes(' listening on ')) resolve();
    });
  });
  engine.stdout.resume();

  let closing = false;
  const broken = ended.then(() => {
    if (closing) return new Promise<never>(() => {});
    return new Problem(`the DynamoDB engine ended unexpectedly; ${said.trim()}`);
  });
  const close = async () => {
    closing = true;
    engine.kill();
    await ended;
  };

  const tooLate = sleep(ANSWERS_WITHIN_MS, new Problem('unable to start DynamoDB; the engine does not answer'), {
    ref: false,
  });
  const problem = await Promise.race([begun, broken, tooLate]);
  if (problem !== undefined) {
    await close();
    // Somebody else was quicker to take the free port.
    if (said.includes('already in use') && attempt < MOST_ATTEMPTS) return start(binary, database, attempt + 1);
    throw problem;
  }
  return { endpoint: `http://127.0.0.1:${port}`, broken, close };
}

/** Whether anything speaks HTTP at `endpoint`: DynamoDB answers even a request that it must refuse. */
const answers = (endpoint: string): Promise<boolean> =>
  fetch(endpoint, { signal: AbortSignal.timeout(2_000) }).then(
    async (response) => {
      await response.body?.cancel();
      return true;
    },
    () => false,
  );
