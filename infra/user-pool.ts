import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  Mfa,
  UserPool as Pool,
  StringAttribute,
  UserPoolClient,
  UserPoolGroup,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { TokenIssuer } from './config.ts';

/**
 * The issuer of a deployment that has none: a Cognito user pool whose ID tokens clients send. Administrators make its users
 * and say to which organization each belongs (`custom:org_id`), which a client can read and never write.
 */
export class UserPool extends Construct {
  readonly tokens: TokenIssuer;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const pool = new Pool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      // Not to be changed once there are users, nor is an attribute's length.
      signInCaseSensitive: false,
      customAttributes: { org_id: new StringAttribute({ minLen: 1, maxLen: 128, mutable: true }) },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(pool, {
      'AwsSolutions-COG2': 'Users may add a second factor; whether all must is the choice of whoever deploys.',
      'AwsSolutions-COG8': 'The plus plan costs by the user, and is the choice of whoever deploys.',
    });

    const profile = { fullname: true, profilePicture: true };
    const client = new UserPoolClient(this, 'Client', {
      userPool: pool,
      generateSecret: false,
      authFlows: { userSrp: true },
      disableOAuth: true,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
      readAttributes: new ClientAttributes()
        .withStandardAttributes({ ...profile, email: true, emailVerified: true })
        .withCustomAttributes('org_id'),
      writeAttributes: new ClientAttributes().withStandardAttributes(profile),
    });
    for (const groupName of ['SERVICE', 'SUPER_ADMIN'])
      new UserPoolGroup(this, groupName, { userPool: pool, groupName });

    this.tokens = {
      issuer: pool.userPoolProviderUrl,
      audience: [client.userPoolClientId],
      jwksUri: `${pool.userPoolProviderUrl}/.well-known/jwks.json`,
      claims: { organization: 'custom:org_id' },
    };
    const stack = Stack.of(this);
    new CfnOutput(stack, 'UserPoolId', { value: pool.userPoolId, description: 'Where administrators make users' });
    new CfnOutput(stack, 'UserPoolClientId', {
      value: client.userPoolClientId,
      description: 'The app client by which users sign in',
    });
  }
}
