import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  RestApi as Api,
  AuthorizationType,
  CfnMethod,
  EndpointType,
  IdentitySource,
  LambdaIntegration,
  LogGroupLogDestination,
  RequestAuthorizer,
} from 'aws-cdk-lib/aws-apigateway';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct, type IDependable } from 'constructs';
import type { Route } from '../core/contract/route.ts';
import { accessLogFormat } from './access-log.ts';
import { acknowledge } from './acknowledge.ts';
import type { Config } from './config.ts';
import { preflight } from './cors.ts';
import type { ParleyFunction } from './function.ts';
import { addGatewayResponses } from './gateway-responses.ts';

export interface RestApiProps {
  readonly config: Config;
  readonly authorizer: ParleyFunction;
}

/** The REST gateway: one stage, its access log, throttling, the authorizer and what is answered without a function. */
export class RestApi extends Construct {
  readonly api: Api;
  readonly accessLog: LogGroup;
  /** By what API Gateway may write logs, in this account and region; absent where something else sees to that. */
  readonly logRole: IDependable | undefined;
  private readonly authorizer: RequestAuthorizer;

  constructor(scope: Construct, id: string, { config, authorizer }: RestApiProps) {
    super(scope, id);
    this.accessLog = new LogGroup(this, 'AccessLog', {
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const corsOptions = preflight(config.corsOrigins);
    this.api = new Api(this, 'Api', {
      restApiName: 'Parley',
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: config.apiGatewayLogRole,
      deployOptions: {
        stageName: 'api',
        throttlingRateLimit: config.throttleRate,
        throttlingBurstLimit: config.throttleBurst,
        accessLogDestination: new LogGroupLogDestination(this.accessLog),
        accessLogFormat,
      },
      ...(corsOptions && { defaultCorsPreflightOptions: corsOptions }),
    });
    this.logRole = this.api.node.tryFindChild('Account');
    // CDK's own output of the URL; the stack has one by a better name.
    this.api.node.tryRemoveChild('Endpoint');
    this.authorizer = new RequestAuthorizer(this, 'Authorizer', {
      handler: authorizer.lambda,
      identitySources: [IdentitySource.header('Authorization')],
      resultsCacheTtl: Duration.minutes(5),
    });
    addGatewayResponses(this.api, config.corsOrigins);

    acknowledge(this.api, {
      'AwsSolutions-APIG2': 'The functions validate every request by the schemas of the manifest.',
      'AwsSolutions-APIG3':
        'A web ACL costs by the month and is the choice of whoever deploys; throttling is in place.',
      'AwsSolutions-APIG6': 'The access log tells of every request; execution logs would repeat it, at a price.',
      'AwsSolutions-COG4': "Tokens may be any OIDC issuer's, so a Lambda authorizer verifies them.",
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
        'The policy that AWS documents for the role by which API Gateway writes logs.',
    });
  }

  /** Gives the answers to preflights, which are the gateway's own, the header that every answer has. Once all is served. */
  nameRequestsInPreflights(): void {
    const header = 'method.response.header.x-request-id';
    for (const method of this.api.methods) {
      if (method.httpMethod !== 'OPTIONS') continue;
      const { defaultChild } = method.node;
      if (!(defaultChild instanceof CfnMethod)) throw new Error('a method of the API is none of CloudFormation');
      const escaped = header.replaceAll('.', '\\.');
      defaultChild.addPropertyOverride(`MethodResponses.0.ResponseParameters.${escaped}`, true);
      defaultChild.addPropertyOverride(
        `Integration.IntegrationResponses.0.ResponseParameters.${escaped}`,
        'context.requestId',
      );
    }
  }

  /** Serves `route` by `fn`; the authorizer stands before it unless the route is public. */
  serve(route: Route, fn: ParleyFunction): void {
    const method = this.api.root
      .resourceForPath(route.path)
      .addMethod(
        route.method,
        new LambdaIntegration(fn.lambda, { allowTestInvoke: false, timeout: Duration.seconds(29) }),
        route.public
          ? { authorizationType: AuthorizationType.NONE }
          : { authorizationType: AuthorizationType.CUSTOM, authorizer: this.authorizer },
      );
    if (route.public) acknowledge(method, { 'AwsSolutions-APIG4': 'The manifest declares this route public.' });
  }
}
