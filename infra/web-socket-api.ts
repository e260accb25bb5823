import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  WebSocketApi as Api,
  LogGroupLogDestination,
  type WebSocketRouteOptions,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct, type IDependable } from 'constructs';
import { liveAccessLogFormat } from './access-log.ts';
import { acknowledge } from './acknowledge.ts';
import type { Config } from './config.ts';
import type { ConnectionAccess } from './connection-access.ts';
import type { ParleyFunction } from './function.ts';

export interface WebSocketApiProps {
  readonly config: Config;
  /** Decides who may connect. */
  readonly authorizer: ParleyFunction;
  /** What must be there before API Gateway can write logs. */
  readonly logRole: IDependable | undefined;
}

const stageName = 'live';

/** The WebSocket gateway: one stage, its access log, throttling, and the authorizer of its connects. */
export class WebSocketApi extends Construct {
  readonly api: Api;
  readonly accessLog: LogGroup;
  /** Where clients connect. */
  readonly url: string;
  private readonly authorizer: WebSocketLambdaAuthorizer;

  constructor(scope: Construct, id: string, { config, authorizer, logRole }: WebSocketApiProps) {
    super(scope, id);
    this.accessLog = new LogGroup(this, 'AccessLog', {
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api = new Api(this, 'Api', {
      apiName: 'Parley live',
      routeSelectionExpression: '$request.body.action',
    });
    const stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName,
      autoDeploy: true,
      throttle: { rateLimit: config.liveThrottleRate, burstLimit: config.liveThrottleBurst },
      accessLogSettings: { destination: new LogGroupLogDestination(this.accessLog), format: liveAccessLogFormat },
    });
    if (logRole) stage.node.addDependency(logRole);
    this.url = stage.url;
    // A token may come in any of three places. Each identity source would have to be there, or API Gateway refuses.
    this.authorizer = new WebSocketLambdaAuthorizer('Authorizer', authorizer.lambda, { identitySource: [] });
  }

  /** Serves what opens a socket, once the authorizer agrees. The function's headers are the handshake's. */
  serveConnect(fn: ParleyFunction): void {
    this.addRoute('$connect', fn, { authorizer: this.authorizer });
  }

  /** Serves what comes after a socket has closed, which nobody waits for. */
  serveDisconnect(fn: ParleyFunction): void {
    this.addRoute('$disconnect', fn, {});
  }

  /** Serves the frames that name `action`; the function's answer is the socket's next frame. */
  serve(action: string, fn: ParleyFunction): void {
    this.addRoute(action, fn, { returnResponse: true });
  }

  /** Lets `fn` post to connections, or close them, and tells it where they are: `CONNECTIONS_URL`. */
  grantConnections(fn: ParleyFunction, access: ConnectionAccess): void {
    const { region, urlSuffix } = Stack.of(this);
    for (const method of access) {
      // The stage by its name: its deployment waits for the routes, and those for their functions.
      const resourceName = `${stageName}/${method}/@connections/*`;
      const resource = Stack.of(this).formatArn({ service: 'execute-api', resource: this.api.apiId, resourceName });
      fn.allow(['execute-api:ManageConnections'], resource);
      acknowledge(fn, {
        [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<LiveApi149456B6>/${resourceName}]`]:
          'Which connections there are, nobody knows before.',
      });
    }
    fn.lambda.addEnvironment(
      'CONNECTIONS_URL',
      `https://${this.api.apiId}.execute-api.${region}.${urlSuffix}/${stageName}`,
    );
  }

  private addRoute(routeKey: string, fn: ParleyFunction, options: Omit<WebSocketRouteOptions, 'integration'>): void {
    const route = this.api.addRoute(routeKey, {
      integration: new WebSocketLambdaIntegration('Integration', fn.lambda, { timeout: Duration.seconds(29) }),
      ...options,
    });
    if (options.authorizer) return;
    acknowledge(route, {
      'AwsSolutions-APIG4': 'API Gateway asks an authorizer at $connect alone; what it said comes with every frame.',
    });
  }
}
