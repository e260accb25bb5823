import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Route, routeKey } from '../core/contract/route.ts';
import { routes } from '../core/contract/routes.ts';
import { actions } from '../core/contract/socket.ts';
import { Alarms } from './alarms.ts';
import type { Bundle } from './bundle.ts';
import type { Config, TokenIssuer } from './config.ts';
import { connectionAccess } from './connection-access.ts';
import { ConversationsTable, type TableAccess } from './conversations-table.ts';
import { corsEnvironment } from './cors.ts';
import { EveryMinute } from './every-minute.ts';
import { FailedRecords } from './failed-records.ts';
import { ParleyFunction, type ParleyFunctionProps } from './function.ts';
import { RestApi } from './rest-api.ts';
import { StreamConsumer } from './stream-consumer.ts';
import { conversationChanges, presenceChanges } from './stream-filters.ts';
import { authorizerAccess, httpAccess, scheduleAccess, socketAccess, streamAccess } from './table-access.ts';
import { UserPool } from './user-pool.ts';
import { WebSocketApi } from './web-socket-api.ts';

export interface ParleyStackProps {
  readonly config: Config;
  readonly bundles: readonly Bundle[];
}

/** Everything that a deployment of Parley is made of. */
export class ParleyStack extends Stack {
  constructor(scope: Construct, id: string, { config, bundles }: ParleyStackProps) {
    super(scope, id, { description: 'Parley, a conversations backend' });

    const conversations = new ConversationsTable(this, 'Conversations');
    const functions = new Map<string, ParleyFunction>();
    const lambda = (
      name: string,
      entry: string,
      access: TableAccess | undefined,
      props: Pick<ParleyFunctionProps, 'description' | 'environment' | 'timeout'>,
    ) => {
      const bundle = bundles.find((bundle) => bundle.name === entry);
      if (!bundle) throw new Error(`there is no functions/${entry}.ts`);
      if (!access) throw new Error(`table-access.ts does not say what ${entry} does to the table`);
      const fn = new ParleyFunction(this, name, { bundle, logRetention: config.logRetentionDays, ...props });
      conversations.grant(fn, access);
      functions.set(entry, fn);
      return fn;
    };

    const tokens = config.tokens ?? new UserPool(this, 'UserPool').tokens;
    const authorizer = (name: string, entry: string, description: string) =>
      lambda(name, entry, authorizerAccess, { description, environment: tokenEnvironment(tokens) });
    const rest = new RestApi(this, 'Rest', {
      config,
      authorizer: authorizer('RestAuthorizer', 'authorizers/rest', 'Verifies tokens'),
    });
    const live = new WebSocketApi(this, 'Live', {
      config,
      authorizer: authorizer('SocketAuthorizer', 'authorizers/socket', 'Verifies the tokens of sockets'),
      logRole: rest.logRole,
    });

    for (const [operation, served] of Map.groupBy(routes, (route) => route.operation)) {
      const fn = lambda(pascalCase(operation), `http/${operation}`, httpAccess[operation], {
        description: purpose(served),
        environment: corsEnvironment(config.corsOrigins),
      });
      for (const route of served) rest.serve(route, fn);
    }

    const socket = (name: string, description: string) =>
      lambda(`Socket${pascalCase(name)}`, `socket/${name}`, socketAccess[name], { description });
    live.serveConnect(socket('connect', 'Registers a socket that opens'));
    live.serveDisconnect(socket('disconnect', 'Forgets a socket that has closed'));
    live.serve('$default', socket('default', 'Answers frames that name no action'));
    for (const { name, operation } of actions) live.serve(name, socket(operation, name));

    const failed = new FailedRecords(this, 'FailedRecords');
    const consumers = [
      new StreamConsumer(this, 'ChangeConsumer', {
        conversations,
        fn: lambda('ConversationChanges', 'stream/conversation-changes', streamAccess['conversation-changes'], {
          description: 'Tells sockets of changes, and erases removed conversations',
          timeout: Duration.seconds(60),
        }),
        filters: conversationChanges,
        // Few enough for one invocation's time, whatever each of them takes: a slice to erase, or a thousand sockets.
        batchSize: 10,
        failed,
      }),
      new StreamConsumer(this, 'PresenceConsumer', {
        conversations,
        fn: lambda('Presence', 'stream/presence', streamAccess.presence, {
          description: 'Welcomes sockets, and tells who comes and goes',
        }),
        filters: presenceChanges,
        // As many as may come together: of each organization all are told of in one frame.
        batchSize: 100,
        failed,
      }),
    ];

    const sweeps = new EveryMinute(this, 'Sweeps', {
      description: 'Has lapsed sockets closed',
      fn: lambda('SweepSockets', 'schedule/sweep-sockets', scheduleAccess['sweep-sockets'], {
        description: 'Closes lapsed sockets',
      }),
    });

    for (const [entry, access] of Object.entries(connectionAccess)) {
      const fn = functions.get(entry);
      if (!fn) throw new Error(`connection-access.ts names ${entry}, which nothing serves`);
      live.grantConnections(fn, access);
    }

    // Last, as preflights come with the resources of the routes.
    rest.nameRequestsInPreflights();

    new Alarms(this, 'Alarms', { rest, live, conversations, consumers, sweeps, topicArn: config.alarmTopicArn });

    new CfnOutput(this, 'RestUrl', { value: rest.api.url, description: 'Where the REST API answers' });
    new CfnOutput(this, 'LiveUrl', { value: live.url, description: 'Where sockets are opened' });
    new CfnOutput(this, 'TableName', { value: conversations.table.tableName, description: 'The table' });
    new CfnOutput(this, 'FailedRecordsBucket', {
      value: failed.bucket.bucketName,
      description: 'Where the records of the stream are kept that could not be consumed',
    });
    new CfnOutput(this, 'TokenIssuer', { value: tokens.issuer, description: 'The issuer whose tokens are accepted' });
  }
}

const pascalCase = (kebab: string): string =>
  kebab.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** What the console shows of a function: the routes it serves; Lambda allows 256 characters. */
const purpose = (served: readonly Route[]): string => served.map(routeKey).join(', ').slice(0, 256);

/** What an authorizer must know to verify a token and to read its claims. */
const tokenEnvironment = ({ issuer, audience, jwksUri, claims }: TokenIssuer): Record<string, string> => ({
  TOKEN_ISSUER: issuer,
  TOKEN_AUDIENCE: audience.join(','),
  TOKEN_JWKS_URI: jwksUri,
  ...(Object.keys(claims).length > 0 ? { CLAIM_NAMES: JSON.stringify(claims) } : {}),
});
