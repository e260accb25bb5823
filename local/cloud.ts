import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAssembly, readAssembly } from './assembly.ts';
import { arn } from './aws.ts';
import { claimDirectory } from './claim.ts';
import { requireForm } from './data-form.ts';
import { openEngine } from './dynamodb/engine.ts';
import { openTableGate } from './dynamodb/gate.ts';
import { indexStreams } from './dynamodb/stream-index.ts';
import { dropTable, engineClient, ensureTable, readTable, readTimeToLive } from './dynamodb/table.ts';
import { removeExpired } from './dynamodb/time-to-live.ts';
import type { Faults } from './faults.ts';
import { openFront } from './front.ts';
import { openFunctionLog } from './function-log.ts';
import type { RequestHead } from './http.ts';
import { openIssuer } from './issuer.ts';
import { bundleRuntime } from './lambda/bundle-runtime.ts';
import type { LogLine } from './lambda/environment.ts';
import { readFunctions } from './lambda/functions.ts';
import { openLambda } from './lambda/lambda.ts';
import { beginLifetime, type Lifetime } from './lifetime.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { beside, hiddenBy, type OwnRoutes, ownRoutes } from './own-routes.ts';
import type { Statement } from './policy.ts';
import { Problem } from './problem.ts';
import { readRestApi } from './rest/api.ts';
import { createRestGateway } from './rest/gateway.ts';
import { readRules, ruleTask } from './schedules/rules.ts';
import { openSchedules, type Task } from './schedules/schedules.ts';
import { readMappings } from './streams/mappings.ts';
import { openStreams } from './streams/streams.ts';
import { readTemplate } from './template.ts';
import { readWebSocketApi } from './websocket/api.ts';
import type { Connection, LostPosts } from './websocket/connection.ts';
import { openConnectionsGate } from './websocket/connections-gate.ts';
import { createWebSocketGateway } from './websocket/gateway.ts';
import { createWorld } from './world.ts';

export interface CloudOptions {
  /** The port of both loopback addresses; 0, or absent, for any free one. */
  readonly port?: number;
  /** The folder in which everything is kept; without it, nothing is. */
  readonly directory?: string | undefined;
  /** The cloud assembly to play; without it, one is synthesized. */
  readonly assembly?: string;
  /** A DynamoDB that runs already; without it, the installed engine is started. */
  readonly dynamodbEndpoint?: string | undefined;
  /** Whether there shall be a little world, and a page to show it. */
  readonly world?: boolean;
  /** Takes what the functions print, line by line; without it, the file `functions.log` does. */
  readonly log?: ((line: LogLine) => void) | undefined;
  /** What AWS and the laptop bound, bounded otherwise. */
  readonly limits?: Partial<Limits>;
  /** How often everything is done that goes by the clock; without it, as the stack and AWS have it. */
  readonly scheduleMs?: number;
  /** What goes wrong on purpose. */
  readonly faults?: Faults;
  /** Ends the start; what has been opened by then is closed. */
  readonly signal?: AbortSignal;
}

/**
 * What a function may do in the table, in its stream and with connections, and what has been done by its role: by the
 * function, and by Lambda for it. Each as `action resource`, sorted; `*` stands for any connection.
 */
export interface FunctionAccess {
  readonly granted: readonly string[];
  readonly performed: readonly string[];
}

/** The laptop's cloud, at work. */
export interface Cloud {
  /** `http://localhost:<port>`. */
  readonly url: string;
  /** `ws://localhost:<port>/<stage>`; undefined where the stack has no WebSocket API. */
  readonly liveUrl: string | undefined;
  /** The engine itself, where no permissions hold. */
  readonly engineEndpoint: string;
  readonly tableName: string;
  /** A token with these claims, for `expiresIn` seconds. */
  token(claims: Readonly<Record<string, unknown>>, expiresIn?: number): Promise<string>;
  /** What each function may do and has done so far, by the function's name. */
  access(): ReadonlyMap<string, FunctionAccess>;
  /**
   * Invokes a function by itself, as an operator may.
   * @throws FunctionFailure where it failed
   */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** Resolves once all that had been written to the table is consumed by those who consume its stream. */
  settled(): Promise<void>;
  /** Does all that goes by the clock now: what the stack's rules invoke, and the removal of what is past its time. */
  runSchedules(): Promise<void>;
  /** The requests by which the open connections began, by the connections' ids. */
  connections(): ReadonlyMap<string, RequestHead>;
  /**
   * Loses an open connection as networks do: no close frame, and no function hears of it.
   * @param posts whether posts to it are refused as `gone`, or go nowhere `unnoticed` until it has been idle for long
   */
  drop(connectionId: string, posts: LostPosts): void;
  /** Settles when the cloud breaks by itself, with the reason. */
  readonly broken: Promise<Problem>;
  close(): Promise<void>;
}

/**
 * Starts the laptop's cloud: the synthesized stack, played around a real DynamoDB engine.
 * @throws Problem saying what the developer can mend; the signal's reason once that is aborted
 */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const lifetime = beginLifetime(options.signal);
  try {
    return await open(options, lifetime);
  } catch (error) {
    await lifetime.end();
    throw error;
  }
}

async function open(options: CloudOptions, { keep, ending, end }: Lifetime): Promise<Cloud> {
  const { port = 0, dynamodbEndpoint, world = false, faults = {}, scheduleMs } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const isKept = options.directory !== undefined;
  const front = await keep(openFront(port), (front) => front.close());
  const directory = await keep(options.directory ?? mkdtemp(join(tmpdir(), 'parley-')), (made) =>
    isKept ? undefined : rm(made, { recursive: true, force: true }),
  );
  await keep(claimDirectory(directory), (claim) => claim.release());

  // A file even where nothing is kept: in one, streams can be indexed.
  const database = join(directory, 'data.sqlite');
  await keep(requireForm(directory, database));
  const keyFile = isKept ? join(directory, 'issuer.json') : undefined;
  const assemblyDirectory = options.assembly ?? join(directory, 'cloud');
  const [engine, issuer, runtime] = await Promise.all([
    keep(openEngine({ endpoint: dynamodbEndpoint, database }), (engine) => engine.close()),
    keep(openIssuer(front.origin, keyFile)),
    keep(bundleRuntime(join(directory, 'runtime.mjs'))),
    keep(options.assembly === undefined ? buildAssembly(assemblyDirectory, ending) : undefined),
  ]);

  const assembly = await keep(readAssembly(assemblyDirectory, front.origin));
  // An engine that is not ours keeps its tables; one that shall not be kept gets a name of its own, and is removed.
  const isPassing = !isKept && dynamodbEndpoint !== undefined;
  const template = readTemplate(assembly.template, { tableSuffix: isPassing ? `-${randomUUID()}` : '' });
  const api = readRestApi(template);
  const functions = readFunctions(template, assembly);
  const table = readTable(template);
  const mappings = readMappings(template, functions);
  const liveApi = readWebSocketApi(template);
  const rules = readRules(template, functions);
  const timeToLive = readTimeToLive(template);

  const client = await keep(engineClient(engine.endpoint), (client) => client.destroy());
  await keep(ensureTable(client, table), () => (isPassing ? dropTable(client, table) : undefined));
  if (dynamodbEndpoint === undefined && mappings.length > 0) indexStreams(database);
  const tableGate = await keep(openTableGate(engine.endpoint, functions), (gate) => gate.close());
  const connections = new Map<string, Connection>();
  const connectionsGate =
    liveApi && (await keep(openConnectionsGate(liveApi, functions, connections, faults), (gate) => gate.close()));
  const log =
    options.log ?? (await keep(openFunctionLog(join(directory, 'functions.log')), (log) => log.close())).write;
  const endpoints = {
    AWS_ENDPOINT_URL_DYNAMODB: tableGate.endpoint,
    ...(connectionsGate && { AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: connectionsGate.endpoint }),
  };
  const { environments } = limits;
  const lambda = await keep(openLambda(functions, { runtime, endpoints, log, environments, faults }), (lambda) =>
    lambda.close(),
  );
  const streams = await keep(
    openStreams(mappings, {
      endpoint: engine.endpoint,
      tableName: table.TableName,
      lambda,
      log,
      faults,
      buckets: directory,
      checkpoints: isKept ? join(directory, 'checkpoints.json') : undefined,
    }),
    (streams) => streams.close(),
  );

  const tasks: Task[] = rules.map((rule) => ruleTask(rule, lambda));
  if (timeToLive !== undefined)
    tasks.push({ periodMs: MINUTE_MS, run: () => removeExpired(client, table, timeToLive) });
  const schedules = await keep(
    openSchedules(
      tasks.map((task) => ({ ...task, periodMs: scheduleMs ?? task.periodMs })),
      (error) => console.error('unable to do what goes by the clock;', error),
    ),
    (schedules) => schedules.close(),
  );

  const gateway = createRestGateway(api, lambda, limits);
  const serve = (routes: OwnRoutes) => {
    const hidden = hiddenBy(routes, api.methods);
    if (hidden.length > 0)
      throw new Problem(`unable to serve ${hidden.join(', ')}; the laptop has a page of its own there`);
    front.serve(beside(routes, gateway));
  };
  // Once more, and so closed first: the requests under way need all the rest.
  await keep(front, (front) => front.close());
  if (liveApi !== undefined) {
    const live = createWebSocketGateway(liveApi, lambda, connections, limits);
    await keep(live, (live) => live.close());
    front.serveUpgrades(live.upgrade);
  }
  const addresses = {
    origin: front.origin,
    liveUrl: `${front.origin.replace('http', 'ws')}/${liveApi?.stage ?? 'live'}`,
  };
  serve(ownRoutes(addresses, issuer));
  if (world) serve(ownRoutes(addresses, issuer, await keep(createWorld(front.origin, issuer))));

  return {
    url: front.origin,
    liveUrl: liveApi && addresses.liveUrl,
    engineEndpoint: engine.endpoint,
    tableName: table.TableName,
    token: issuer.token,
    access: () =>
      new Map(
        functions.map(({ name, statements }) => [
          name,
          {
            granted: granted(statements),
            performed: [tableGate, connectionsGate, streams].flatMap((by) => by?.performed(name) ?? []).toSorted(),
          },
        ]),
      ),
    invoke: (functionName, event) => lambda.invoke(arn('lambda', `function:${functionName}`), event),
    settled: streams.settled,
    runSchedules: schedules.runAll,
    connections: () => new Map([...connections].map(([id, { handshake }]) => [id, handshake.request])),
    drop: (connectionId, posts) => {
      const connection = connections.get(connectionId);
      if (connection === undefined) throw new Error(`unable to drop ${connectionId}; it is not open`);
      connection.lose(posts);
    },
    broken: Promise.race([engine.broken, streams.broken]),
    close: end,
  };
}

const MINUTE_MS = 60_000;

const granted = (statements: readonly Statement[]): string[] =>
  statements
    .flatMap(({ Action, Resource }) => Action.flatMap((action) => Resource.map((resource) => `${action} ${resource}`)))
    .filter((grant) => /^(dynamodb|execute-api):/.test(grant))
    .toSorted();
