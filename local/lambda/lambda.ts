import type { Faults } from '../faults.ts';
import { defaultLimits } from '../limits.ts';
import { type Environment, type LogLine, openEnvironment } from './environment.ts';
import { EventTooLarge, FunctionFailure } from './failure.ts';
import type { FunctionDefinition } from './functions.ts';

/** The laptop's Lambda. */
export interface Lambda {
  /**
   * Invokes the function of that ARN and waits for its result. Event and result pass through JSON.
   * @throws FunctionFailure where the function failed, took too long or answered too much
   * @throws EventTooLarge where the event is more than Lambda takes
   */
  invoke(arn: string, event: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export interface LambdaOptions {
  /** The path of the bundled runtime. */
  readonly runtime: string;
  /** Variables that lead the functions' AWS clients to the laptop. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Takes what the functions print, and how they fail. */
  readonly log: (line: LogLine) => void;
  /** How many environments each function may have. */
  readonly environments?: number;
  readonly faults?: Pick<Faults, 'invocation'>;
}

/** Lambda's bound on an event and on a result, in bytes of JSON. */
const PAYLOAD_MOST_BYTES = 6 * 1024 * 1024;

/**
 * Lambda for `functions`. As in AWS an environment carries out one invocation at a time and is used again, so that a
 * function's module state, its log lines and a time-out belong to one invocation, and calls at one instant meet in the
 * table alone. Environments begin when they are first needed; calls past their bound wait.
 */
export function openLambda(functions: readonly FunctionDefinition[], options: LambdaOptions): Lambda {
  const pools = new Map(
    functions.map((definition) => {
      const environment = { ...definition.environment, ...options.endpoints };
      return [definition.arn, openPool({ ...definition, environment }, options)];
    }),
  );
  return {
    async invoke(arn, event) {
      const pool = pools.get(arn);
      if (pool === undefined) throw new Error(`unable to invoke ${arn}; there is no such function`);
      const payload = JSON.stringify(event);
      if (Buffer.byteLength(payload) > PAYLOAD_MOST_BYTES)
        throw new EventTooLarge(`an event of ${payload.length} bytes`);
      const result = await pool.invoke(payload, options.faults?.invocation?.(pool.name, event)?.dieAfterMs);
      if (Buffer.byteLength(result) > PAYLOAD_MOST_BYTES) {
        throw new FunctionFailure('Function.ResponseSizeTooLarge', `the result exceeds ${PAYLOAD_MOST_BYTES} bytes`);
      }
      return JSON.parse(result);
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

/** The environments of one function. */
function openPool(
  definition: FunctionDefinition,
  { runtime, log, environments = defaultLimits.environments }: LambdaOptions,
) {
  const { name } = definition;
  const logOf = ({ errorType, stack }: FunctionFailure) =>
    JSON.stringify({ level: 'ERROR', time: new Date().toISOString(), function: name, errorType, stack });

  const all = new Set<Environment>();
  const idle: Environment[] = [];
  const waiting: (() => void)[] = [];
  let free = environments;
  let closed = false;

  const turn = async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const endTurn = () => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };

  const idleOrNew = (): Environment => {
    // The one used last is the warmest. Those that died since are forgotten.
    for (let environment = idle.pop(); environment !== undefined; environment = idle.pop()) {
      if (environment.alive) return environment;
      all.delete(environment);
    }
    const begun = openEnvironment(definition, runtime, log);
    all.add(begun);
    return begun;
  };

  return {
    name,
    async invoke(event: string, dieAfterMs?: number): Promise<string> {
      await turn();
      // Whoever waited for a turn that the end has freed.
      if (closed) throw new FunctionFailure('Runtime.ExitError', 'the laptop has ended');
      const environment = idleOrNew();
      try {
        return await environment.invoke(event, dieAfterMs);
      } catch (error) {
        if (error instanceof FunctionFailure) log({ function: name, text: logOf(error) });
        throw error;
      } finally {
        if (environment.alive) idle.push(environment);
        else all.delete(environment);
        endTurn();
      }
    },
    async close() {
      closed = true;
      await Promise.all([...all].map((environment) => environment.close()));
    },
  };
}
