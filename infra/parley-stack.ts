import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Route, routeKey } from '../core/contract/route.ts';
import { routes } from '../core/contract/routes.ts';
import { Alarms } from './alarms.ts';
import type { Bundle } from './bundle.ts';
import type { Config, TokenIssuer } from './config.ts';
import { ConversationsTable } from './conversations-table.ts';
import { corsEnvironment } from './cors.ts';
import { FailedRecords } from './failed-records.ts';
import { ParleyFunction } from './function.ts';
import { RestApi } from './rest-api.ts';
import { StreamConsumer } from './stream-consumer.ts';
import { endedConversations } from './stream-filters.ts';
import { authorizerAccess, streamAccess, tableAccess } from './table-access.ts';
import { UserPool } from './user-pool.ts';

export interface ParleyStackProps {
  readonly config: Config;
  readonly bundles: readonly Bundle[];
}

/** Everything that a deployment of Parley is made of. */
export class ParleyStack extends Stack {
  constructor(scope: Construct, id: string, { config, bundles }: ParleyStackProps) {
    super(scope, id, { description: 'Parley, a conversations backend' });

    const lambda = (name: string, entry: string, description: string, environment: Record<string, string>) => {
      const bundle = bundles.find((bundle) => bundle.name === entry);
      if (!bundle) throw new Error(`there is no functions/${entry}.ts`);
      return new ParleyFunction(this, name, {
        bundle,
        description,
        environment,
        logRetention: config.logRetentionDays,
      });
    };

    const conversations = new ConversationsTable(this, 'Conversations');
    const tokens = config.tokens ?? new UserPool(this, 'UserPool').tokens;
    const authorizer = lambda('RestAuthorizer', 'authorizers/rest', 'Verifies tokens', tokenEnvironment(tokens));
    conversations.grant(authorizer, authorizerAccess);
    const rest = new RestApi(this, 'Rest', { config, authorizer });

    for (const [operation, served] of Map.groupBy(routes, (route) => route.operation)) {
      const access = tableAccess[operation];
      if (!access) throw new Error(`table-access.ts does not say what ${operation} does to the table`);
      const fn = lambda(
        pascalCase(operation),
        `http/${operation}`,
        purpose(served),
        corsEnvironment(config.corsOrigins),
      );
      conversations.grant(fn, access);
      for (const route of served) rest.serve(route, fn);
    }

    const failed = new FailedRecords(this, 'FailedRecords');
    const eraser = lambda('EraseConversations', 'stream/erase-conversations', 'Erases removed conversations', {});
    conversations.grant(eraser, streamAccess['erase-conversations']);
    const erasure = new StreamConsumer(this, 'Erasure', {
      conversations,
      fn: eraser,
      filters: endedConversations,
      failed,
    });

    // Last, as preflights come with the resources of the routes.
    rest.nameRequestsInPreflights();

    new Alarms(this, 'Alarms', { rest, conversations, consumers: [erasure], topicArn: config.alarmTopicArn });

    new CfnOutput(this, 'RestUrl', { value: rest.api.url, description: 'Where the REST API answers' });
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
