import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as Lambda, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Bundle } from './bundle.ts';

export interface ParleyFunctionProps {
  readonly bundle: Bundle;
  readonly description: string;
  readonly logRetention: RetentionDays;
  readonly environment?: Readonly<Record<string, string>>;
  /** How long one invocation may take: 20 seconds, unless said otherwise. */
  readonly timeout?: Duration | undefined;
}

/** One Lambda with what belongs to it alone: its log group, and a role that may do what was granted and nothing else. */
export class ParleyFunction extends Construct {
  readonly lambda: Lambda;
  private readonly permissions = new PolicyDocument();

  constructor(
    scope: Construct,
    id: string,
    { bundle, description, logRetention, environment, timeout = Duration.seconds(20) }: ParleyFunctionProps,
  ) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY });
    // An inline policy: one resource less than a policy of its own, and in force before the function exists.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { permissions: this.permissions },
    });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
    this.lambda = new Lambda(this, 'Function', {
      description,
      code: Code.fromAsset(bundle.directory),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 1024,
      timeout,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role,
      environment: { ...environment },
    });
  }

  /** Lets the function perform `actions` on one resource, named by its ARN. */
  allow(actions: readonly string[], resource: string): void {
    this.permissions.addStatements(
      new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [resource] }),
    );
  }
}
