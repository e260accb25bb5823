import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { FunctionFailure } from './failure.ts';
import type { FunctionDefinition } from './functions.ts';
import { type Invocation, Report, type Startup } from './protocol.ts';

/** One line that a function printed, or that the runtime has to say about it. */
export interface LogLine {
  readonly function: string;
  readonly text: string;
}

/** An execution environment: a worker in which one function runs, one invocation at a time. */
export interface Environment {
  /**
   * Carries out one invocation; the environment must be idle.
   * @param event JSON
   * @param dieAfterMs after so long the environment dies, if the invocation is not over
   * @returns the result, as JSON
   * @throws FunctionFailure where the function failed; `alive` then tells whether the environment survived it
   */
  invoke(event: string, dieAfterMs?: number): Promise<string>;
  readonly alive: boolean;
  close(): Promise<void>;
}

/** What Lambda allows a bundle for its import. */
const INIT_MOST_MS = 10_000;

/**
 * Begins an environment for `definition`.
 * @param runtime the path of the bundled runtime
 * @param log takes everything that the function prints
 */
export function openEnvironment(
  definition: FunctionDefinition,
  runtime: string,
  log: (line: LogLine) => void,
): Environment {
  const { name, file, handler } = definition;
  const worker = new Worker(runtime, {
    name,
    env: definition.environment,
    workerData: { file, handler } satisfies Startup,
    resourceLimits: { maxOldGenerationSizeMb: definition.memoryMb },
    // Neither our flags nor our output is the function's.
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  for (const stream of [worker.stdout, worker.stderr]) {
    createInterface({ input: stream }).on('line', (text) => log({ function: name, text }));
  }

  let alive = true;
  let settle: { resolve(report: Report): void; reject(failure: FunctionFailure): void } | undefined;
  const die = (failure: FunctionFailure) => {
    alive = false;
    settle?.reject(failure);
  };
  const end = (failure: FunctionFailure) => {
    die(failure);
    void worker.terminate();
  };
  worker.on('message', (message: unknown) => settle?.resolve(Report.parse(message)));
  worker.on('error', (error) => die(new FunctionFailure('Runtime.UnhandledError', String(error))));
  worker.on('exit', () => die(new FunctionFailure('Runtime.ExitError', 'the runtime exited')));

  /** The worker's next report. One that takes longer than `mostMs` ends the worker: it may be busy for ever. */
  const nextReport = async (mostMs: number): Promise<Report> => {
    const late = setTimeout(() => {
      end(new FunctionFailure('Sandbox.Timedout', `the task timed out after ${(mostMs / 1_000).toFixed(2)} seconds`));
    }, mostMs);
    try {
      return await new Promise((resolve, reject) => {
        settle = { resolve, reject };
      });
    } finally {
      clearTimeout(late);
      settle = undefined;
    }
  };

  const init = async () => {
    const report = await nextReport(INIT_MOST_MS);
    if (!('failure' in report)) return;
    const failed = failureOf(report.failure);
    end(failed);
    throw failed;
  };
  const ready = init();
  ready.catch(() => {}); // The first invocation tells.

  return {
    get alive() {
      return alive;
    },
    async invoke(event, dieAfterMs) {
      await ready;
      if (!alive) throw new FunctionFailure('Runtime.ExitError', 'the runtime exited');
      const invocation: Invocation = {
        event,
        deadline: Date.now() + definition.timeoutMs,
        context: {
          awsRequestId: randomUUID(),
          functionName: name,
          functionVersion: '$LATEST',
          invokedFunctionArn: definition.arn,
          memoryLimitInMB: String(definition.memoryMb),
          logGroupName: definition.environment['AWS_LAMBDA_LOG_GROUP_NAME'] ?? '',
          logStreamName: definition.environment['AWS_LAMBDA_LOG_STREAM_NAME'] ?? '',
        },
      };
      worker.postMessage(invocation);
      const dying = new FunctionFailure('Runtime.ExitError', 'the environment died');
      const death = dieAfterMs === undefined ? undefined : setTimeout(end, dieAfterMs, dying);
      const report = await nextReport(definition.timeoutMs).finally(() => clearTimeout(death));
      if ('failure' in report) throw failureOf(report.failure);
      if ('result' in report) return report.result;
      throw new Error('the runtime is out of step');
    },
    async close() {
      alive = false;
      await worker.terminate();
    },
  };
}

const failureOf = ({ errorType, errorMessage, stack }: { errorType: string; errorMessage: string; stack: string }) =>
  new FunctionFailure(errorType, errorMessage, stack);
